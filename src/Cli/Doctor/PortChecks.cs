using Assay.Cli.Connections;
using Assay.Server.Hosting;

namespace Assay.Cli.Doctor;

/// <summary>Whether the default ports are free, or held by the server of this very home.</summary>
internal static class PortChecks
{
    public static IEnumerable<Finding> Run(string home)
    {
        var running = HomeLock.Holder(home);
        yield return running is null
            ? new Finding("Server", CheckOutcome.Fine, "none runs on this home")
            : new Finding("Server", CheckOutcome.Fine, $"runs at {running.Url}, process {running.ProcessId}");
        yield return Port("API port", Ports.Api, running, "Choose another with --port.");
        yield return Port("Metrics port", Ports.Metrics, running, "Assay will take a free one; or choose with --metrics-port.");
    }

    private static Finding Port(string check, int port, HomeHolder? running, string remedy)
    {
        if (Ports.IsFree(port))
            return new(check, CheckOutcome.Fine, $"{port} is free");
        return running is not null
            ? new(check, CheckOutcome.Fine, $"{port} is in use while this home's server runs")
            : new(check, CheckOutcome.Notice, $"{port} is in use by another program", remedy);
    }
}
