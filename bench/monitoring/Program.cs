using System.Globalization;
using Assay.MonitoringBench;

// Each part prints what it measured beside its bar; the exit code is 1 when one is missed.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var small = args.Contains("--small");
var only = Array.IndexOf(args, "--only") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
(string Name, Func<bool, bool> Run)[] parts =
[
    ("live", LivePath.Run), ("calls", CountedCalls.Run), ("merge", Replicas.Run), ("ranks", RankErrors.Run), ("alarms", FalseAlarms.Run), ("minutes", LearnedMinutes.Run), ("power", Power.Run), ("wide", WideFile.Run),
];
var reached = true;
foreach (var (name, run) in parts)
{
    if (only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase))
        reached &= run(small);
}

return reached ? 0 : 1;
