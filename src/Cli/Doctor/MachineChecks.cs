using System.Runtime.InteropServices;

namespace Assay.Cli.Doctor;

/// <summary>What the machine must have: the runtime, native libraries, memory and a clock that goes right.</summary>
internal static class MachineChecks
{
    private const long MemoryBytesMin = 1L << 30;

    public static IEnumerable<Finding> Run(TimeProvider clock) => [Versions(), Runtime(), OpenMp(), Memory(), Clock(clock)];

    private static Finding Versions() =>
        new("Assay", CheckOutcome.Fine, $"{typeof(MachineChecks).Assembly.GetName().Version?.ToString(3)} on {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}");

    private static Finding Runtime() => Environment.Version.Major == 10
        ? new(".NET", CheckOutcome.Fine, RuntimeInformation.FrameworkDescription)
        : new(".NET", CheckOutcome.Notice, RuntimeInformation.FrameworkDescription, "Assay is built and tested on .NET 10.");

    private static Finding OpenMp()
    {
        const string Check = "LightGBM's libgomp";
        if (!OperatingSystem.IsLinux())
            return new(Check, CheckOutcome.Fine, "not needed on this system");
        return NativeLibrary.TryLoad("libgomp.so.1", out _)
            ? new(Check, CheckOutcome.Fine, "libgomp.so.1 loads")
            : new(Check, CheckOutcome.Problem, "libgomp.so.1 is missing, and LightGBM needs it", "Install it: apt-get install libgomp1 (Debian, Ubuntu) or dnf install libgomp (Fedora).");
    }

    private static Finding Memory()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var observed = $"{bytes / (double)(1L << 30):0.0} GiB, {Environment.ProcessorCount} cores";
        return bytes >= MemoryBytesMin
            ? new("Memory", CheckOutcome.Fine, observed)
            : new("Memory", CheckOutcome.Notice, observed, "Trainings of larger tables need 1 GiB and more.");
    }

    // No time server is asked: a clock that stands before this program's own build is wrong for certain.
    private static Finding Clock(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var built = new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location), TimeSpan.Zero);
        return now >= built.AddMinutes(-1)
            ? new("Clock", CheckOutcome.Fine, $"{now:yyyy-MM-dd HH:mm:ss} UTC")
            : new("Clock", CheckOutcome.Problem, $"{now:yyyy-MM-dd HH:mm:ss} UTC, before this program was built", "Set the clock: the ledger's times come from it.");
    }
}
