# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_pfstatelog_global_optspecs
    string join \n i/interface= r/read= R/release= j/jobs= buffer= snaplen= e/events= f/format= o/output= v/verbose t/no-stamp no-dst c/count= stats summary nat proto= host= port= ifname= direction= no-table max-states= poll= poll-anyway queue= mode= group= rotate-size= rotate-keep= sync= drain-timeout= D/daemon pidfile= user= chroot= quiet-warn= metrics= C/config= check d/debug list-releases h/help V/version
end

function __fish_pfstatelog_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_pfstatelog_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_pfstatelog_using_subcommand
    set -l cmd (__fish_pfstatelog_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s i -l interface -d 'Of an interface, whatever its name looks like' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s r -l read -d 'Captures instead: pcap or pcapng, also .gz and .zst; - is standard input; several are read in time order' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s R -l release -d 'Release of the sender, such as openbsd-7.9 [default: told from the frames, the newest where they do not tell]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s j -l jobs -d 'Workers for -r, each of which keeps a core busy [default: one for each core]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l buffer -d 'Size of the capture buffer in bytes, also as 512K or 64M [default: 16M]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l snaplen -d 'Bytes of each packet to capture [default: what the interface\'s MTU can need]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s e -l events -d 'Which events: a list of start, update, end, expire, clear, bulk, request, ack, tdb, gap, packet, or all [default: start,end,expire, clear,gap,packet]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s f -l format -d 'How events are written: text (the default), json, or ecs (Elastic Common Schema); or a view of what is on the wire, whatever -e says: pfctl (states as pfctl -ss prints them), tcpdump (frames as tcpdump -n prints them, pflog as tcpdump -n -e -ttt)' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s o -l output -d 'Where events go: - (standard output), syslog, syslog:FACILITY, a file\'s path (./NAME here), udp://HOST:PORT, tcp://HOST:PORT, unix:PATH; FORMAT=DEST gives each its own format; may be repeated [default: syslog, with -r or a view -]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s c -l count -d 'Stop after this many events (states of -f pfctl, frames of -f tcpdump)' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l proto -d 'IP protocols, by name or number. All these take lists with commas; repeated: any of them; different options: all of them' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l host -d 'Addresses, or nets as 192.0.2.0/24, of any of the four endpoints' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l port -d 'Ports, or ranges as 1024-2047, of any of the four endpoints' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l ifname -d 'Interfaces as lines show them; all: of floating states' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l direction -d 'in or out; fwd: packets that a bridge forwards' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l max-states -d 'States that it holds at most [default: live, twice what pf holds, where /dev/pf tells it; else 1000000]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l poll -d 'Read the counters of all states from /dev/pf again, every so many seconds (30 or more), but never for more than 1 % of the time' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l queue -d 'Bytes that an output may hold back while it is not written to, 256K or more [default: 8M]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l mode -d 'Permissions of files that are created [default: 0640]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l group -d 'Their group, by name or number' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l rotate-size -d 'Begin a new file when one has this many bytes' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l rotate-keep -d 'Files that are kept then [default: 7]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l sync -d 'When files are brought to the disk: always, interval (once a second) or never, which leaves it to the system [default: never]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l drain-timeout -d 'How long outputs may take at the end to write what they hold: seconds, 10m, 1h [default: 5]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l pidfile -d 'Write the number of the process to this file' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l user -d 'Whom it becomes when root started it [default: _pfstatelog, or nobody where there is none]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l chroot -d 'Folder that it sees as the root of all' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l quiet-warn -d 'How long nothing may come from an interface before that is told; 0: for ever [default: 10m]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l metrics -d 'Metrics for Prometheus: PORT on loopback, ADDRESS:PORT, or the path of a file for node_exporter [default: none]' -r
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s C -l config -d 'Take options from this TOML file, by their long names; the command line\'s take their place' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s v -l verbose -d 'Also write to standard output; -vv: and there every event, unless -e was given. With a view: the detail'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s t -l no-stamp -d 'With -f tcpdump: leave out the time before packets of pflog'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l no-dst -d 'Leave out whom states were for: destination addresses and ports, before and after translation (RFC 6888)'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l stats -d 'Write all counters to standard error at the end, as one JSON object'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l summary -d 'At the end, write what it all comes to to standard error: events, states, translated hosts, gaps; a table, with -f json one object'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l nat -d 'States that are translated'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l no-table -d 'Keep none: events carry only what their own message says'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l poll-anyway -d 'Also where there are more than 200000 states'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s D -l daemon -d 'Leave the terminal once interfaces and outputs are open'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l check -d 'Check all of it, user and group too, write what is in force as a configuration file to standard output, and end'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s d -l debug -d 'Say on standard error what the decoder makes of each frame that is not sound'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -l list-releases -d 'List the releases that are known, and the header snapshot that serves each'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s h -l help -d 'Print help'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -s V -l version -d 'Print version'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -a "states" -d 'Print the state table, as pfctl -ss does or as JSON'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -a "dump" -d 'Write a state table to a file'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -a "restore" -d 'Put the states of a dump or of a capture into pf'
complete -c pfstatelog -n "__fish_pfstatelog_needs_command" -a "convert" -d 'Write a dump or a capture in another format'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s f -l format -d 'How states are printed: pfctl (the default), as pfctl -ss prints them, or json, one object a line with all that a state has' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l sort -d 'Those with the most of it first: age, bytes, packets or expire, the time left [default: as the table has them]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l top -d 'The first N states of that order' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l interval -d 'Between two looks, in seconds [default: 2]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s R -l release -d 'Of a capture: the release of its sender' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l at -d 'Of a capture: the table at this time, as 2026-11-20T13:05:02Z [default: at its end]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l proto -d 'IP protocols, by name or number. All these take lists with commas; repeated: any of them; different options: all of them' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l host -d 'Addresses, or nets as 192.0.2.0/24, of any of the four endpoints' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l port -d 'Ports, or ranges as 1024-2047, of any of the four endpoints' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l ifname -d 'Interfaces as lines show them; all: of floating states' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l direction -d 'in or out; fwd: packets that a bridge forwards' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s v -l verbose -d 'As pfctl -v: sequence numbers, age, counters; -vv: ids, too'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l reverse -d 'The other way round'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s c -l count -d 'Print the number of states, and nothing else'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l no-dst -d 'Leave out whom states are for: destination addresses and ports, before and after translation (RFC 6888)'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s w -l watch -d 'Show them in the terminal, with what goes through them in a second; a file is read again when it changes'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -s h -l help -d 'Print help'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand states" -l nat -d 'States that are translated'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -s o -l output -d 'The file to write, - for standard output; it is there whole, or not at all' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -s f -l format -d 'How it is written: binary, text, json or pcap [default: by the name of the file: .txt, .json, .pcap, else binary]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -l only -d 'Only states that match: proto=, host=, port=, ifname=, direction=, with commas between values, or nat; may be repeated, as the options of these names' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -s R -l release -d 'Of a capture: the release of its sender' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -l at -d 'Of a capture: the table at this time, as 2026-11-20T13:05:02Z [default: at its end]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand dump" -s h -l help -d 'Print help'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l map-if -d 'States on interface OLD are on NEW now; may be repeated' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l to -d 'Instead of pf: pcap, a capture of pfsync frames that insert the states, written to --output' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -s o -l output -d 'The file that --to writes' -r -F
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l send -d 'Instead of pf: send these frames out of an interface, the syncdev of firewalls that take them; needs root' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l rate -d 'States in a second that are sent [default: 20000]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l for-release -d 'Of --to, --send and -n: the release that receives the states [default: the newest OpenBSD, of FreeBSD\'s states their own]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l only -d 'Only states that match: proto=, host=, port=, ifname=, direction=, with commas between values, or nat; may be repeated, as the options of these names' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -s R -l release -d 'Of a capture: the release of its sender' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l at -d 'Of a capture: the table at this time, as 2026-11-20T13:05:02Z [default: at its end]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -s n -l dry-run -d 'Check everything, say what would be done, and do nothing; with --to, --send or --for-release as for these'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l subtract-downtime -d 'Let states be as much older as time went by since the dump, and leave out what ran out'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -l all-or-nothing -d 'Once a state is refused, take away again what was added'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand restore" -s h -l help -d 'Print help'
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand convert" -s f -l format -d 'How it is written: binary, text, json or pcap [default: by the name of the file: .txt, .json, .pcap, else binary]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand convert" -s R -l release -d 'Of a capture: the release of its sender' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand convert" -l at -d 'Of a capture: the table at this time, as 2026-11-20T13:05:02Z [default: at its end]' -r
complete -c pfstatelog -n "__fish_pfstatelog_using_subcommand convert" -s h -l help -d 'Print help'
