using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>A model, or a version of one, with values by chance.</summary>
/// <param name="Number">Of a version; 0 for a model.</param>
internal sealed record ChanceItem(string Name, int Number, long CreatedAt, long UpdatedAt)
{
    public string RunId { get; init; } = "";

    public string Source { get; init; } = "";

    public Dictionary<string, string> Tags { get; init; } = [];

    public bool IsPrompt => Tags.GetValueOrDefault(ChanceSearch.PromptTag) == "true";

    public override string ToString() => Number == 0 ? Name : $"{Name}@{Number.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>Models and versions by chance, as they were made.</summary>
internal sealed record ChanceRegistry(List<ChanceItem> Models, List<ChanceItem> Versions)
{
    public static async Task<ChanceRegistry> Make(MlflowClient client, Random random, int models)
    {
        var registry = new ChanceRegistry([], []);
        for (var number = 0; number < models; number++)
        {
            var name = $"{(number % 2 == 0 ? "model" : "Model ")}{number}";
            var tags = Tags(random);
            var versions = random.Next(4);
            await client.Post("/registered-models/create", new { name, tags = Pairs(tags) });
            for (var version = 1; version <= versions; version++)
            {
                var (own, run, source) = (Tags(random), random.Next(3) == 0 ? "" : $"run{random.Next(4)}", $"s3://b/{random.Next(3)}");
                var made = (await client.Post("/model-versions/create", new { name, source, run_id = run, tags = Pairs(own) }))["model_version"]!;
                registry.Versions.Add(new(name, version, Time(made, "creation_timestamp"), Time(made, "last_updated_timestamp")) { RunId = run, Source = source, Tags = own });
            }

            var model = (await client.Get($"/registered-models/get?name={Uri.EscapeDataString(name)}"))["registered_model"]!;
            registry.Models.Add(new(name, 0, Time(model, "creation_timestamp"), Time(model, "last_updated_timestamp")) { Tags = tags });
        }

        await client.Post("/registered-models/create", new { name = "withdrawn" });
        await client.Post("/model-versions/create", new { name = "withdrawn", source = "s3://b/0" });
        await client.Send("DELETE", "/registered-models/delete", new { name = "withdrawn" });
        return registry;
    }

    private static long Time(JsonNode item, string field) => (long)item[field]!;

    private static Dictionary<string, string> Tags(Random random)
    {
        var tags = ChanceSearch.Keys.Where(_ => random.Next(2) == 0).ToDictionary(key => key, _ => ChanceSearch.Values[random.Next(ChanceSearch.Values.Length)]);
        if (random.Next(3) == 0)
            tags[ChanceSearch.PromptTag] = random.Next(3) == 0 ? "false" : "true";
        return tags;
    }

    private static IEnumerable<object> Pairs(Dictionary<string, string> tags) => tags.Select(tag => new { key = tag.Key, value = tag.Value });
}

/// <summary>A search by chance, with what it means without a look at any database.</summary>
/// <param name="Kind"><c>registered-models</c> or <c>model-versions</c>.</param>
internal sealed record ChanceSearch(string Kind, string Filter, List<string> Order)
{
    public const string PromptTag = "mlflow.prompt.is_prompt";
    public static readonly string[] Keys = ["a", "b.c", "with space"];
    public static readonly string[] Values = ["", "x", "X", "xy", "it's", "5"];
    private static readonly string[] Patterns = ["%", "x%", "%Y", "_", "x", ""];
    private readonly List<Func<ChanceItem, bool>> _conditions = [];
    private readonly List<(Func<ChanceItem, IComparable> Key, bool Descending)> _keys = [];
    private bool _asksForPrompts;

    public static ChanceSearch Make(Random random, string kind)
    {
        var (parts, search) = (new List<string>(), new ChanceSearch(kind, "", []));
        for (var number = random.Next(3); number > 0; number--)
            parts.Add(search.Compare(random));
        if (random.Next(4) == 0)
            parts.Add(search.AskForPrompts(random));
        var order = search.OrderBy(random);
        var made = new ChanceSearch(kind, string.Join(" AND ", parts), order) { _asksForPrompts = search._asksForPrompts };
        made._conditions.AddRange(search._conditions);
        made._keys.AddRange(search._keys);
        return made;
    }

    public List<string> Find(List<ChanceItem> items)
    {
        var found = items.Where(item => item.IsPrompt == _asksForPrompts && _conditions.TrueForAll(condition => condition(item))).OrderBy(_ => 0);
        foreach (var (key, descending) in _keys)
            found = descending ? found.ThenByDescending(key, ByCharacters) : found.ThenBy(key, ByCharacters);
        return [.. found.ThenBy(item => item.Name, StringComparer.Ordinal).ThenByDescending(item => item.Number).Select(item => item.ToString())];
    }

    private static readonly Comparer<IComparable> ByCharacters = Comparer<IComparable>.Create(
        (one, other) => one is string text ? string.CompareOrdinal(text, (string)other) : one.CompareTo(other));

    private bool IsVersions => Kind == "model-versions";

    private string Compare(Random random)
    {
        switch (random.Next(IsVersions ? 5 : 2))
        {
            case 0:
                var key = Keys[random.Next(Keys.Length)];
                return $"{(random.Next(2) == 0 ? "tags" : "tag")}.`{key}` {Text(random, item => item.Tags.GetValueOrDefault(key), Values, isTag: true)}";
            case 1:
                return $"{(random.Next(2) == 0 ? "" : "attributes.")}name {Text(random, item => item.Name, ["model0", "Model 1", "model2", "none"])}";
            case 2:
                var (number, greater) = (random.Next(4), random.Next(2) == 0);
                _conditions.Add(item => greater ? item.Number > number : item.Number == number);
                return $"version_number {(greater ? ">" : "=")} {number}";
            case 3:
                return $"source_path {Text(random, item => item.Source, ["s3://b/0", "s3://b/1"])}";
            default:
                var runs = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"run{random.Next(5)}").ToList();
                var not = random.Next(2) == 0;
                _conditions.Add(item => item.RunId.Length > 0 && runs.Contains(item.RunId) != not);
                return $"run_id {(not ? "NOT IN" : "IN")} ({string.Join(", ", runs.Select(Quoted))})";
        }
    }

    private string Text(Random random, Func<ChanceItem, string?> value, string[] values, bool isTag = false)
    {
        var (text, pattern) = (values[random.Next(values.Length)], Patterns[random.Next(Patterns.Length)]);
        switch (random.Next(isTag ? 6 : 4))
        {
            case 0:
                _conditions.Add(item => value(item) == text);
                return $"= {Quoted(text)}";
            case 1:
                _conditions.Add(item => value(item) is { } own && own != text);
                return $"!= {Quoted(text)}";
            case 2:
                _conditions.Add(item => value(item) is { } own && Like(own, pattern, RegexOptions.None));
                return $"LIKE {Quoted(pattern)}";
            case 3:
                _conditions.Add(item => value(item) is { } own && Like(own, pattern, RegexOptions.IgnoreCase));
                return $"ILIKE {Quoted(pattern)}";
            case 4:
                _conditions.Add(item => value(item) is null);
                return "IS NULL";
            default:
                _conditions.Add(item => value(item) is not null);
                return "IS NOT NULL";
        }
    }

    private string AskForPrompts(Random random)
    {
        _asksForPrompts = random.Next(2) == 0;
        return $"tags.`{PromptTag}` {(_asksForPrompts == (random.Next(2) == 0) ? $"= '{(_asksForPrompts ? "true" : "false")}'" : $"!= '{(_asksForPrompts ? "false" : "true")}'")}";
    }

    private List<string> OrderBy(Random random)
    {
        var choices = new List<(string Word, Func<ChanceItem, IComparable> Key)>
        {
            ("name", item => item.Name), ("creation_timestamp", item => item.CreatedAt), ("last_updated_timestamp", item => item.UpdatedAt),
        };
        if (IsVersions)
            choices.Add(("version_number", item => item.Number));
        var order = new List<string>();
        foreach (var (word, key) in random.GetItems(choices.ToArray(), random.Next(3)).DistinctBy(choice => choice.Word))
        {
            var descending = random.Next(2) == 0;
            order.Add(descending ? $"{word} DESC" : word);
            _keys.Add((key, descending));
        }

        if (IsVersions && order.Count == 0)
            _keys.Add((item => item.UpdatedAt, true));
        return order;
    }

    private static string Quoted(string text) => text.Contains('\'', StringComparison.Ordinal) ? $"\"{text}\"" : $"'{text}'";

    private static bool Like(string text, string pattern, RegexOptions options) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$", options | RegexOptions.CultureInvariant);
}
