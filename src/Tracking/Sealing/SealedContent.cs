using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Metrics;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Sealing;

/// <summary>
/// What of a run is sealed, as one JSON document in the form of RFC 8785: how and when it ended, its parameters, the history
/// of each metric by digest, its inputs and outputs, and its files by digest. Its name, its tags and its description are
/// not: they are notes, which people go on to write.
/// </summary>
/// <remarks>
/// The digest of a history is the SHA-256 of its points in order, a line each: step, time and value, with a space between
/// and a line feed after, the value in the shortest form that gives the same double, or <c>NaN</c>.
/// </remarks>
internal static class SealedContent
{
    public const string Format = "assay-run-1";

    private static readonly Statement InFolder = new(
        "SELECT f.name, f.digest FROM tracking_files f WHERE f.project = @p0 AND f.folder = @p1 ORDER BY f.name");

    /// <summary>The document and its digest.</summary>
    /// <param name="session">Within a transaction, so that all of it is of one moment.</param>
    /// <param name="project">The run's project.</param>
    /// <param name="run">With all that belongs to it.</param>
    public static (byte[] Document, string Digest) Read(Session session, string project, RunRow run)
    {
        var files = new JsonObject();
        if (RunFiles.IsHere(run.ArtifactUri))
        {
            var root = RunFiles.RootOf(run.ArtifactUri).Text;
            AddFiles(session, project, root, root.Length + 1, files);
        }

        var document = CanonicalJson.Write<JsonNode>(new JsonObject
        {
            ["format"] = Format,
            ["id"] = run.Id,
            ["project"] = project,
            ["experiment"] = run.ExperimentId,
            ["status"] = run.Status,
            ["startedAt"] = run.StartedAt,
            ["endedAt"] = run.EndedAt,
            ["params"] = Object(run.Params.Select(param => KeyValuePair.Create(param.Key, (JsonNode?)param.Value))),
            ["metrics"] = Object(run.Metrics.Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)History(session, run.Key, metric.Key)))),
            ["datasets"] = new JsonArray([.. run.Datasets.Select(Dataset)]),
            ["modelInputs"] = new JsonArray([.. run.ModelInputs.Select(id => JsonValue.Create(id))]),
            ["modelOutputs"] = new JsonArray([.. run.ModelOutputs.Select(output => Model(output.ModelId, output.Step))]),
            ["files"] = files,
        });
        return (document, Digest.Of(document).ToString());
    }

    private static JsonObject History(Session session, long run, string key)
    {
        var points = 0L;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[128];
        foreach (var point in HistoryReader.All(session, run, key))
        {
            Encoding.UTF8.TryGetBytes(string.Create(CultureInfo.InvariantCulture, $"{point.Step} {point.At} {point.Value}\n"), line, out var length);
            hash.AppendData(line[..length]);
            points++;
        }

        return new() { ["points"] = points, ["digest"] = $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}" };
    }

    // Folder by folder, for each has an index entry: a search for all that begins with the path would read the project's files.
    private static void AddFiles(Session session, string project, string folder, int prefix, JsonObject files)
    {
        var folders = new List<string>();
        using (var reader = session.With(InFolder, project, folder).ExecuteReader())
        {
            while (reader.Read())
            {
                var path = $"{folder}/{reader.GetString(0)}";
                if (reader.IsDBNull(1))
                    folders.Add(path);
                else
                    files[path[prefix..]] = reader.GetString(1);
            }
        }

        foreach (var inner in folders)
            AddFiles(session, project, inner, prefix, files);
    }

    private static JsonObject Dataset(DatasetInput input) => new()
    {
        ["name"] = input.Name,
        ["digest"] = input.Digest,
        ["sourceType"] = input.SourceType,
        ["source"] = input.Source,
        ["tags"] = Object(input.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
    };

    private static JsonObject Model(string id, long step) => new() { ["id"] = id, ["step"] = step.ToString(CultureInfo.InvariantCulture) };

    private static JsonObject Object(IEnumerable<KeyValuePair<string, JsonNode?>> members) => [.. members];
}
