#!/bin/sh
# Stands where systemctl does in the tests of the package: no systemd runs there. It notes what it is asked and runs the one
# service as the unit says, as its account and with its settings.
echo "$*" >>/run/systemctl.log
for word; do
    case "$word" in -*) ;; *) verb=${verb:-$word} ;; esac
done

start() {
    # Nothing of who installs is in the environment of a service.
    env -i $(grep -v '^#' /etc/inquest.env) setpriv --reuid=inquest --regid=inquest --clear-groups --no-new-privs \
        sh -c 'cd /var/lib/inquest && umask 077 && exec /usr/bin/inquest serve' >>/run/inquest.log 2>&1 &
    echo $! >/run/inquest.pid
}

stop() {
    [ -e /run/inquest.pid ] || return 0
    id=$(cat /run/inquest.pid)
    kill "$id" || true
    while readlink "/proc/$id/exe" >/dev/null; do sleep 0.1; done
    rm /run/inquest.pid
}

case "$verb" in
is-enabled) if [ -e /etc/systemd/system/multi-user.target.wants/inquest.service ]; then echo enabled; else echo disabled; exit 1; fi ;;
is-active) [ -e /run/inquest.pid ] ;;
start) start ;;
stop) stop ;;
restart) stop && start ;;
# Links are made by the real one, which needs no systemd that runs for it.
preset | unmask) exec /usr/bin/systemctl.real "$@" ;;
esac
