namespace Assay.Inference.Processes;

/// <summary>The shell that starts a model's program and stays beside it: on any Unix with a shell of POSIX.</summary>
internal static class ChildLauncher
{
    public const string Shell = "/bin/sh";

    /// <summary>A variable of the program's environment, which what it starts inherits, whichever group or session that goes to.</summary>
    public const string Mark = "ASSAY_MODEL_RUN";

    // Leads a session, and so a group, of its own where that can be had; signals to the server's group, such as those of the
    // keyboard, don't reach it there.
    private const string Lead = """
        launch=$1
        shift
        command -v setsid >/dev/null 2>&1 && exec setsid /bin/sh -c "$launch" "$0" group "$@"
        exec /bin/sh -c "$launch" "$0" "" "$@"
        """;

    // The guard ends the program, and all that it started, when its own input closes, which happens also when the server dies
    // without a word. It has no hold of the outputs, whose ends tell that nobody writes there any more. A group is left to it when
    // the program ends, for the server to end: so nobody else can get the group's number before.
    private const string Launch = """
        group=$1 mark=$2 memory=$3
        shift 3
        ulimit -c 0
        [ "$memory" = 0 ] || ulimit -v "$memory" || exit 126
        { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null
        exec 3<&0
        ASSAY_MODEL_RUN=$mark nice -n 5 "$@" </dev/null 3<&- &
        child=$!
        {
            cat <&3
            trap '' TERM
            [ "$group" ] || kill -KILL "$child"
            for found in /proc/[0-9]*/environ; do
                case $(tr '\0' '\n' <"$found") in
                *"ASSAY_MODEL_RUN=$mark"*) found=${found#/proc/} && kill -KILL "${found%/environ}" ;;
                esac
            done
            [ ! "$group" ] || kill -KILL 0
        } >/dev/null 2>&1 &
        guard=$!
        exec 3<&-
        wait "$child"
        code=$?
        [ "$group" ] || kill "$guard" 2>/dev/null
        exit "$code"
        """;

    /// <summary>What the shell is given.</summary>
    /// <param name="program">The program's own words.</param>
    /// <param name="mark">Tells this run from all others.</param>
    /// <param name="addressSpaceMiB">0 for no limit.</param>
    public static IReadOnlyList<string> Words(IReadOnlyList<string> program, string mark, int addressSpaceMiB) =>
        ["-c", Lead, "assay-model", Launch, mark, $"{addressSpaceMiB * 1024L}", .. program];
}
