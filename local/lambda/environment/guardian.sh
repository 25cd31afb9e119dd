#!/bin/sh
# Outlives the runtime by a moment. Its standard input is a pipe from the runtime: lines "+ PID" and "- PID" say which process
# groups live, lines "home PATH" which folders of control groups are the runtime's. When the pipe closes, for whatever reason,
# it kills and removes them all: a stopped process could notice nothing itself. Argument: the runtime's folder on the disk.
trap '' HUP INT TERM
run=$1
shift
living=' '
while read -r what pid; do
  case $what in
    home) set -- "$@" "$pid" ;;
    +) living="$living$pid " ;;
    -)
      case $living in
        *" $pid "*) living="${living%% "$pid" *} ${living#* "$pid" }" ;;
      esac
      ;;
    end) exit 0 ;;
  esac
done
for pid in $living; do
  kill -9 "-$pid" 2>/dev/null
done
# A runtime that is killed in the moment in which this begins has not told everything yet: it is noted in its folder. A
# process's start, field 22 of its stat, says that it is still the one that was noted.
if [ -f "$run/processes" ]; then
  while read -r pid start; do
    stat=
    read -r stat 2>/dev/null <"/proc/$pid/stat" || continue
    # shellcheck disable=SC2086
    now=$(set -- ${stat##*) } && echo "${20}")
    [ -n "$start" ] && [ "$now" = "$start" ] && kill -9 "-$pid" 2>/dev/null
  done <"$run/processes"
fi
if [ -f "$run/cgroups" ]; then
  while read -r home; do set -- "$@" "$home"; done <"$run/cgroups"
fi
# What left its process group bears the runtime's folder among its variables, unless it took them away.
mark=${run##*/}
tries=0
while [ $tries -lt 100 ]; do
  left=$(grep -lsaF "$mark" /proc/[0-9]*/environ)
  [ -n "$left" ] || break
  for file in $left; do
    pid=${file#/proc/}
    kill -9 "${pid%/environ}" 2>/dev/null
  done
  tries=$((tries + 1))
done
# And it is still in its control group, where there is one. A group can be removed once the last one in it has died.
tries=0
while [ $tries -lt 100 ]; do
  left=0
  for home; do
    [ -d "$home" ] || continue
    for group in "$home"/*/; do
      [ -f "${group}cgroup.procs" ] || continue
      while read -r pid; do kill -9 "$pid" 2>/dev/null; done <"${group}cgroup.procs"
      rmdir "$group" 2>/dev/null || left=1
    done
    rmdir "$home" 2>/dev/null || left=1
  done
  rm -rf "$run" || left=1
  [ $left = 0 ] && exit 0
  tries=$((tries + 1))
  sleep 0.05
done
