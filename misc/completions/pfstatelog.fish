complete -c pfstatelog -s i -l interface -d 'Of an interface, whatever its name looks like' -r
complete -c pfstatelog -s r -l read -d 'Captures instead: pcap or pcapng, also .gz and .zst; - is standard input; several are read in time order' -r -F
complete -c pfstatelog -s R -l release -d 'Release of the sender, such as openbsd-7.9 [default: told from the frames, the newest where they do not tell]' -r
complete -c pfstatelog -s j -l jobs -d 'Workers for -r, each of which keeps a core busy [default: one for each core]' -r
complete -c pfstatelog -l buffer -d 'Size of the capture buffer in bytes, also as 512K or 64M [default: 16M]' -r
complete -c pfstatelog -l snaplen -d 'Bytes of each packet to capture [default: what the interface\'s MTU can need]' -r
complete -c pfstatelog -s e -l events -d 'Which events: a list of start, update, end, expire, clear, bulk, request, ack, tdb, gap, packet, or all [default: start,end,expire, clear,gap,packet]' -r
complete -c pfstatelog -s f -l format -d 'How events are written: text (the default), json, or ecs (Elastic Common Schema); or a view of what is on the wire, whatever -e says: pfctl (states as pfctl -ss prints them), tcpdump (frames as tcpdump -n prints them, pflog as tcpdump -n -e -ttt)' -r
complete -c pfstatelog -s o -l output -d 'Where events go: - (standard output), syslog, syslog:FACILITY, a file\'s path (./NAME here), udp://HOST:PORT, tcp://HOST:PORT, unix:PATH; FORMAT=DEST gives each its own format; may be repeated [default: syslog, with -r or a view -]' -r
complete -c pfstatelog -s c -l count -d 'Stop after this many events (states of -f pfctl, frames of -f tcpdump)' -r
complete -c pfstatelog -l proto -d 'IP protocols, by name or number. All these take lists with commas; repeated: any of them; different options: all of them' -r
complete -c pfstatelog -l host -d 'Addresses, or nets as 192.0.2.0/24, of any of the four endpoints' -r
complete -c pfstatelog -l port -d 'Ports, or ranges as 1024-2047, of any of the four endpoints' -r
complete -c pfstatelog -l ifname -d 'Interfaces as lines show them; all: of floating states' -r
complete -c pfstatelog -l direction -d 'in or out' -r
complete -c pfstatelog -l max-states -d 'States that it holds at most [default: live, twice what pf holds, where /dev/pf tells it; else 1000000]' -r
complete -c pfstatelog -l queue -d 'Bytes that an output may hold back while it is not written to, 256K or more [default: 8M]' -r
complete -c pfstatelog -l mode -d 'Permissions of files that are created [default: 0640]' -r
complete -c pfstatelog -l group -d 'Their group, by name or number' -r
complete -c pfstatelog -l rotate-size -d 'Begin a new file when one has this many bytes' -r
complete -c pfstatelog -l rotate-keep -d 'Files that are kept then [default: 7]' -r
complete -c pfstatelog -l sync -d 'When files are brought to the disk: always, interval (once a second) or never, which leaves it to the system [default: never]' -r
complete -c pfstatelog -l drain-timeout -d 'How long outputs may take at the end to write what they hold: seconds, 10m, 1h [default: 5]' -r
complete -c pfstatelog -l pidfile -d 'Write the number of the process to this file' -r -F
complete -c pfstatelog -l user -d 'Whom it becomes when root started it [default: _pfstatelog, or nobody where there is none]' -r
complete -c pfstatelog -l chroot -d 'Folder that it sees as the root of all' -r -F
complete -c pfstatelog -l quiet-warn -d 'How long nothing may come from an interface before that is told; 0: for ever [default: 10m]' -r
complete -c pfstatelog -l metrics -d 'Metrics for Prometheus: PORT on loopback, ADDRESS:PORT, or the path of a file for node_exporter [default: none]' -r
complete -c pfstatelog -s C -l config -d 'Take options from this TOML file, by their long names; the command line\'s take their place' -r -F
complete -c pfstatelog -s v -l verbose -d 'Also write to standard output; -vv: and there every event, unless -e was given. With a view: the detail'
complete -c pfstatelog -s t -l no-stamp -d 'With -f tcpdump: leave out the time before packets of pflog'
complete -c pfstatelog -l no-dst -d 'Leave out whom states were for: destination addresses and ports, before and after translation (RFC 6888)'
complete -c pfstatelog -l stats -d 'Write all counters to standard error at the end, as one JSON object'
complete -c pfstatelog -l summary -d 'At the end, write what it all comes to to standard error: events, states, translated hosts, gaps; a table, with -f json one object'
complete -c pfstatelog -l nat -d 'States that are translated'
complete -c pfstatelog -l no-table -d 'Keep none: events carry only what their own message says'
complete -c pfstatelog -s D -l daemon -d 'Leave the terminal once interfaces and outputs are open'
complete -c pfstatelog -l check -d 'Check all of it, user and group too, write what is in force as a configuration file to standard output, and end'
complete -c pfstatelog -s d -l debug -d 'Say on standard error what the decoder makes of each frame that is not sound'
complete -c pfstatelog -l list-releases -d 'List the releases that are known, and the header snapshot that serves each'
complete -c pfstatelog -s h -l help -d 'Print help'
complete -c pfstatelog -s V -l version -d 'Print version'
