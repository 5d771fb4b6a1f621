using Assay.Kernel.Homes;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Versions;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Registers what a source names as the next version of a model: its files as a signed and scanned package where they are here.</summary>
internal static class CreateVersion
{
    public const int SourceLengthMax = 1000;
    private const int RunLinkLengthMax = 500;
    private const int RunIdLengthMax = 256;

    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("POST", "/model-versions/create", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var name = RegistryNames.Model(fields);
        var tags = fields.Pairs("tags").GroupBy(tag => tag.Key).Select(same => same.Last()).ToList();
        var source = Source(fields, isPrompt: tags.Exists(tag => tag is { Key: RegistrySearch.PromptTag, Value: "true" }));
        var runId = fields.Text("run_id") is { Length: > 0 and <= RunIdLengthMax } id ? id : null;
        var facts = new MlflowFacts(
            source,
            fields.Text("run_link") is { Length: > 0 and <= RunLinkLengthMax } link ? link : null,
            RegistryNames.Description(fields),
            [.. tags.Select(tag => new KeyValuePair<string, string>(RegistryNames.TagKey(tag.Key), RegistryNames.TagValue(tag.Key, tag.Value)))]);
        await call.Get<RegistryBook>().Model(name, call.Cancel);

        var folder = call.Get<AssayHome>().MakeWorkFolder("register");
        try
        {
            var sourced = await call.Get<SourceFiles>().Fetch(call, source, folder);
            runId ??= sourced.RunId;
            if (!sourced.Copied)
                await SourcePackage.Write(folder, source, runId, fields.Text("model_id"), call.Cancel);
            var makers = await call.Get<SourceMakers>().Of(sourced, call.Cancel);
            var version = await call.Get<Registration>().Register(
                new NewVersion(name, new Dictionary<string, double>(), runId) { Mlflow = facts, Makers = makers }, folder, call.Cancel);
            if (fields.Text("model_id") is { Length: > 0 } modelId)
                await VersionsTag.Add(call, modelId, name, version.Version);
            await GetVersion.Answer(call, name, version.Version);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Source(MlflowFields fields, bool isPrompt)
    {
        var source = fields.RequiredText("source");
        if (source.Length > SourceLengthMax)
            throw MlflowError.Invalid($"'source' exceeds the maximum length of {SourceLengthMax} characters");
        if (!isPrompt && IsLocal(source))
        {
            throw MlflowError.Invalid(
                $"Invalid model version source: '{source}'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.");
        }

        return HasParents(source)
            ? throw MlflowError.Invalid($"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.")
            : source;
    }

    // A file of the server is nobody's model: what is registered comes in through the server's doors. A prompt has no files.
    private static bool IsLocal(string source) =>
        source.IndexOf(':', StringComparison.Ordinal) is <= 1 || source.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    private static bool HasParents(string source)
    {
        for (var i = 0; i < 4; i++)
        {
            if (source.Contains('\0', StringComparison.Ordinal) || source.Split('/', '\\').Contains(".."))
                return true;
            source = Uri.UnescapeDataString(source);
        }

        return false;
    }
}
