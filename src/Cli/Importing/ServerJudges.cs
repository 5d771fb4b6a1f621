using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>What a running server of version 3 judges answers by: scorers and evaluation datasets. Others have none.</summary>
internal sealed class ServerJudges(ServerCalls calls)
{
    private const string Api = "api/3.0/mlflow/";
    private const int SetsAtOnce = 100;
    private const int RecordsAtOnce = 500;

    private readonly Dictionary<string, string> _notices = [];

    /// <summary>What the server failed at.</summary>
    public IReadOnlyCollection<string> Notices => _notices.Values;

    public async IAsyncEnumerable<SourceScorer> Scorers(SourceExperiment experiment, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (_notices.ContainsKey("scorers"))
            yield break;
        var place = $"experiment_id={Uri.EscapeDataString(experiment.Id)}";
        var names = new List<string>();
        await foreach (var page in calls.Pages($"{Api}scorers/list?{place}", null, cancel, optional: true, failed: problem => Note("scorers", problem)))
            names.AddRange(page.Items("scorers").Select(item => item.Text("scorer_name")));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            await foreach (var page in calls.Pages($"{Api}scorers/versions?{place}&name={Uri.EscapeDataString(name)}", null, cancel))
            {
                foreach (var item in page.Items("scorers"))
                    yield return new(new(name, item.Integer("scorer_version") ?? 0, item.Text("scorer_id"), item.Integer("creation_time") ?? 0, item.Text("serialized_scorer")));
            }
        }
    }

    public async IAsyncEnumerable<SourceSet> Sets(IReadOnlyCollection<string> experiments, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new Dictionary<string, object> { ["experiment_ids"] = experiments, ["max_results"] = SetsAtOnce };
        await foreach (var page in calls.Pages(Api + "datasets/search", request, cancel, optional: true, failed: problem => Note("evaluation datasets", problem)))
        {
            foreach (var item in page.Items("datasets"))
                yield return await Set(item.Clone(), cancel);
        }
    }

    /// <summary>Lists of records, as the server answers them.</summary>
    public async IAsyncEnumerable<JsonElement> Records(SourceSet set, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in calls.Pages($"{Api}datasets/{Uri.EscapeDataString(set.Id)}/records?max_results={RecordsAtOnce}", null, cancel))
        {
            if (page.Text("records") is { Length: > 0 } text)
            {
                using var list = Parse(text, $"the records of evaluation dataset {set.Id}");
                yield return list.RootElement.Clone();
            }
        }
    }

    private void Note(string what, string problem) =>
        _notices.TryAdd(what, $"{calls.Name} fails to list its {what} and none came: \"{problem}\". One that keeps its files in a folder has none.");

    private async Task<SourceSet> Set(JsonElement item, CancellationToken cancel)
    {
        var (id, experiments) = (item.Text("dataset_id"), new List<string>());
        await foreach (var page in calls.Pages($"{Api}datasets/{Uri.EscapeDataString(id)}/experiment-ids?", null, cancel))
            experiments.AddRange(page.Items("experiment_ids").Select(experiment => experiment.GetString() ?? ""));
        return new(id, experiments, new()
        {
            Name = item.Text("name"),
            Tags = Tags(item.Text("tags"), id),
            CreatedAtMilliseconds = item.Integer("created_time") ?? 0,
            UpdatedAtMilliseconds = item.Integer("last_update_time") ?? 0,
            CreatedBy = item.Text("created_by"),
            UpdatedBy = item.Text("last_updated_by"),
        });
    }

    private static Dictionary<string, string> Tags(string text, string id)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length == 0)
            return tags;
        using var map = Parse(text, $"the tags of evaluation dataset {id}");
        if (map.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var tag in map.RootElement.EnumerateObject().Where(tag => tag.Value.ValueKind != JsonValueKind.Null))
                tags[tag.Name] = tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString()! : tag.Value.GetRawText();
        }

        return tags;
    }

    private static JsonDocument Parse(string text, string what)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException($"The source answers something as {what} that is not JSON.", malformed);
        }
    }
}
