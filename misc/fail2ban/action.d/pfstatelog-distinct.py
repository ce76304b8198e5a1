"""Counts what a host does by what is different, not by lines.

fail2ban counts the lines of a host. A client that asks for one closed port for hours makes as many of them as
somebody who asks for every port once. This is an action by its place in a jail alone; it bans nobody, but has
the jail count a line only when the values of TARGET (names of the filter's F- groups) were not seen from this
host within findtime:

    action = pfstatelog-distinct.py[target="dst dport"]
             %(banaction)s[name="%(__name__)s"]

So maxretry is a number of different targets. Nothing is run and no line is read here: fail2ban hands over what
its filter found, and it is compared and forgotten. Hosts are remembered up to a number (hosts=100000); beyond
it those go first that had nothing new for longest.
"""

from collections import OrderedDict
from threading import Lock

from fail2ban.server.action import ActionBase
from fail2ban.server.failmanager import FailManager


class DistinctFailManager(FailManager):
    """What the filter tells of every line; the rest of fail2ban sees no difference."""

    def count_distinct(self, target, hosts):
        """Counts by these groups from now on."""
        if not hasattr(self, "seen"):
            self.seen_lock = Lock()
            # For each host its targets, and when each was counted.
            self.seen = OrderedDict()
        self.target = tuple(target.lower().split())
        self.hosts = int(hosts)
        if not self.target or self.hosts < 1:
            raise ValueError("pfstatelog-distinct: target names groups of the filter, hosts is 1 or more")

    def addFailure(self, ticket, count=1, observed=False):
        # The observer raises the count of hosts that were banned before, for each line once more.
        if observed:
            if getattr(ticket, "repeats", False):
                return 0
        elif self.repeats(ticket):
            ticket.repeats = True
            return 0
        return FailManager.addFailure(self, ticket, count, observed)

    def repeats(self, ticket):
        """Whether this host's target was counted already; it is remembered."""
        # Told by hand (`fail2ban-client set JAIL attempt`), and so not found by the filter.
        if not ticket.getData(lambda key: key not in ("failures", "matches")):
            return False
        # A group that the filter has not is one target for all lines: then nobody is banned.
        target = tuple(ticket.getData(name) for name in self.target)
        host, now = ticket.getID(), ticket.getTime()
        with self.seen_lock:
            targets = self.seen.setdefault(host, {})
            counted = targets.get(target)
            if counted is not None and counted > now - self.getMaxTime():
                return True
            targets[target] = now
            self.seen.move_to_end(host)
            forgotten = self.seen.popitem(last=False)[0] if len(self.seen) > self.hosts else None
        if forgotten is not None:
            FailManager.delFailure(self, forgotten)
        return False

    def toBan(self, fid=None):
        ticket = FailManager.toBan(self, fid)
        with self.seen_lock:
            self.seen.pop(ticket.getID(), None)
        return ticket

    def delFailure(self, fid):
        with self.seen_lock:
            self.seen.pop(fid, None)
        FailManager.delFailure(self, fid)

    def cleanup(self, time):
        old = time - self.getMaxTime()
        with self.seen_lock:
            for host, targets in list(self.seen.items()):
                for target in [target for target, counted in targets.items() if counted <= old]:
                    del targets[target]
                if not targets:
                    del self.seen[host]
        FailManager.cleanup(self, time)


class Action(ActionBase):
    """Has the jail that it is an action of count different targets."""

    def __init__(self, jail, name, target="dst dport", hosts=100000):
        super().__init__(jail, name)
        self.reload(target, hosts)

    def clearAllParams(self):
        """Told to reload, fail2ban keeps an action that has this and `reload`, and takes away any other."""

    def reload(self, target="dst dport", hosts=100000):
        """What to count by, at first and whenever it changes. What was counted stays."""
        manager = self._jail.filter.failManager
        # What the jail was told already (maxretry, findtime) stays in it.
        manager.__class__ = DistinctFailManager
        manager.count_distinct(target, hosts)

    def stop(self):
        """The jail ends, or goes on without this action."""
        self._jail.filter.failManager.__class__ = FailManager

    def ban(self, aInfo):
        """Others do that."""

    def unban(self, aInfo):
        """Others do that."""
