using System.Globalization;
using System.Net;
using Assay.Client;

namespace Assay.Cli.Importing;

/// <summary>What became of a version.</summary>
/// <param name="Model">Name of its model.</param>
/// <param name="SourceVersion">Its number at the source.</param>
/// <param name="Version">Its number here; null when it did not come.</param>
/// <param name="Stage">The stage that it is in at the source, and not here: gates decide.</param>
/// <param name="Aliases">Aliases that lead to it at the source, and not here.</param>
/// <param name="Reason">Why it did not come.</param>
public sealed record ImportedVersion(string Model, int SourceVersion, int? Version, string Stage, IReadOnlyList<string> Aliases, string? Reason);

/// <summary>
/// Registers the versions of a source's models anew, from the files of runs and logged models that came over: each is scanned and signed like
/// any other. Where it came from stands in a tag, by which the next import knows it.
/// </summary>
internal sealed class ModelTransfer(IMlflowSource source, AssayClient client)
{
    private const string Origin = "assay.importedFrom";
    private const string PromptTag = "mlflow.prompt.is_prompt";

    public async Task<IReadOnlyList<ImportedVersion>> Run(CancellationToken cancel)
    {
        var done = new List<ImportedVersion>();
        await foreach (var model in source.Models(cancel))
        {
            await client.Imports.Model(model.Name, model.Description, model.Tags, cancel);
            var here = await client.Imports.Versions(model.Name, Origin, cancel);
            foreach (var version in model.Versions)
                done.Add(await Bring(model, version, here, cancel));
        }

        return done;
    }

    private async Task<ImportedVersion> Bring(SourceModel model, SourceVersion version, IReadOnlyDictionary<string, int> here, CancellationToken cancel)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"{source.Name} {model.Name} {version.Number}");
        var number = version.Number.ToString(CultureInfo.InvariantCulture);
        var result = new ImportedVersion(
            model.Name, version.Number, here.TryGetValue(origin, out var known) ? known : null, version.Stage,
            [.. model.Aliases.Where(alias => alias.Value.Trim() == number).Select(alias => alias.Key).Order(StringComparer.Ordinal)], null);
        if (result.Version is not null)
            return result;
        if (Place(version) is not { } place)
            return result with { Reason = $"Its files are not those of a run or a logged model: {version.Source}." };
        try
        {
            var tags = new Dictionary<string, string>(version.Tags) { [Origin] = origin };
            return result with { Version = await client.Imports.Version(new(model.Name, place, version.RunId, version.Description, tags), cancel) };
        }
        catch (AssayException refusal) when (refusal.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge)
        {
            return result with { Reason = refusal.Message };
        }
    }

    /// <summary>The files as they are here: those of a run or a logged model, wherever the source keeps them; null when they are elsewhere.</summary>
    private static string? Place(SourceVersion version)
    {
        if (version.Tags.GetValueOrDefault(PromptTag) == "true" || version.Source.StartsWith("runs:/", StringComparison.Ordinal))
            return version.Source;
        var parts = version.Source.Split('/');
        if (parts.Length > 1 && parts[0] == "models:" && IsLoggedModel(parts[1]))
            return version.Source;
        for (var i = 0; i + 1 < parts.Length; i++)
        {
            if (i + 2 < parts.Length && parts[i].Length == 32 && parts[i].All(char.IsAsciiHexDigitLower) && parts[i + 1] == "artifacts")
                return $"runs:/{parts[i]}/{string.Join('/', parts[(i + 2)..])}";
            if (IsLoggedModel(parts[i]) && parts[i + 1] == "artifacts" && i + 2 == parts.Length)
                return $"models:/{parts[i]}";
        }

        return null;
    }

    private static bool IsLoggedModel(string part) => part.Length == 34 && part.StartsWith("m-", StringComparison.Ordinal) && part[2..].All(char.IsAsciiHexDigitLower);
}
