using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Packages;
using Assay.Registry.Versions;

namespace Assay.Registry.Gates;

/// <summary>
/// Describes a version by what its package says, not by the copies in its row: those are for lists, and somebody with a
/// database tool may write a better metric into them.
/// </summary>
internal sealed class SignedEvaluation(VersionBook book, PackageReader packages)
{
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement(new { });

    public async Task<ModelVersionDetail> Describe(ModelVersion version, CancellationToken cancel)
    {
        var detail = await book.Describe(version, cancel);
        JsonElement evaluation;
        try
        {
            var bytes = await packages.OpenFile(version, PackageFiles.Evaluation, cancel);
            evaluation = bytes is null ? Nothing : JsonSerializer.Deserialize<JsonElement>(bytes, AssayJson.Options);
        }
        catch (TamperedPackageException)   // the rule on the signature says so; until then nothing was measured
        {
            return detail with { Evaluation = Nothing, Version = detail.Version with { Metrics = new Dictionary<string, double>() } };
        }

        // Where the package measured nothing, what was said when it was registered is all there is.
        var metrics = PackageDocuments.MetricsOf(evaluation) ?? detail.Version.Metrics;
        return detail with { Evaluation = evaluation, Version = detail.Version with { Metrics = metrics } };
    }
}
