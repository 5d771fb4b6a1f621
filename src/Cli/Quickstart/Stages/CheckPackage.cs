using Assay.Cli.Output;
using Assay.Registry;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>Stages 3 to 5 seen from outside: what is in the package, whether its signature holds, what the gate said.</summary>
internal static class CheckPackage
{
    public static Task<SignatureReport> Run(Trip trip, TrainedModel trained, CancellationToken cancel) => trip.Board.Run("signature", async doing =>
    {
        doing("verifying every file");
        var version = trained.Detail.Version;
        var report = await trip.Client.Models.Verify(version.Model, version.Version.ToString(), cancel);
        var bytes = trained.Detail.Files.Sum(file => file.SizeBytes);
        return (report, report.Verified
            ? $"{version.Model} version {version.Version}, {version.Format}, {trained.Detail.Files.Count} files, {Figures.Bytes(bytes)}: signature verified"
            : $"does not verify: {report.Problem}");
    }, report => report.Verified);

    /// <summary>The verdict that let the version into production, or kept it out.</summary>
    public static Task<GateVerdict> Gate(Trip trip, TrainedModel trained, CancellationToken cancel) => trip.Board.Run("gate", async doing =>
    {
        var verdict = trained.Training.Gate ?? trained.Detail.Gate;
        if (verdict is null)
        {
            doing("asking the policy");
            verdict = await trip.Client.Models.Promote(trip.Name, trained.Detail.Version.Version.ToString(), cancel: cancel);
        }

        var failed = verdict.Rules.Where(rule => !rule.Passed).Select(rule => $"{rule.Name} is {rule.Value}, must be {rule.Bound}").ToList();
        return (verdict, verdict.Passed
            ? $"{verdict.Rules.Count} rules passed, {Figures.Metrics(trained.Detail.Version.Metrics)}: in production"
            : $"not passed: {string.Join("; ", failed)}");
    }, verdict => verdict.Passed);
}
