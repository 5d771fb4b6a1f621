using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assay.Tests.Tracking.Mlflow.Recorded;

/// <summary>What a real client asked of a real server, and what that answered.</summary>
internal sealed partial record RecordedExchange(int Number, string Method, string Path, string Query, string Body, int Status, string Answer)
{
    /// <summary>How many bytes a body had that is not in the recording; null when it is.</summary>
    public static int? Omitted(string body) => Bytes().Match(body) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>A body of the recording; null where its end was cut off.</summary>
    public static JsonNode? Json(string body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    public static IEnumerable<RecordedExchange> Read(string path) => File.ReadLines(path).Select((line, number) =>
    {
        var json = JsonNode.Parse(line)!;
        return new RecordedExchange(
            number, (string)json["m"]!, (string)json["path"]!, (string)json["query"]!, (string)json["req"]!, (int)json["status"]!, (string)json["resp"]!);
    });

    [GeneratedRegex(@"^<(\d+) bytes>$")]
    private static partial Regex Bytes();
}

/// <summary>Which id of the recording is which here: ids are made by the server, so both have their own.</summary>
internal sealed class RecordedIds
{
    private const string RecordedExperiment = "7";
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    public bool Knows(string recorded) => _ids.ContainsKey(recorded);

    public void Learn(string recorded, string own) => _ids.TryAdd(recorded, own);

    /// <summary>A text of the recording with our ids.</summary>
    public string Translate(string text)
    {
        foreach (var (recorded, own) in _ids)
        {
            if (recorded.Length > 3)
                text = text.Replace(recorded, own, StringComparison.Ordinal);
        }

        foreach (var (recorded, own) in _ids.Where(pair => pair.Key.Length <= 3))
        {
            text = Regex.Replace(text, $"(?<=experiment_ids?\\\\?\":\\s*\\[?\\\\?\"){recorded}(?=\\\\?\")", own);
            text = Regex.Replace(text, $"(?<=experiment_id=){recorded}(?=&|$)", own);
            text = Regex.Replace(text, $"(?<=mlflow-artifacts:/|artifacts/artifacts/|path=){recorded}(?=/|%2F|\"|$)", own);
            text = text == recorded ? own : text;
        }

        return text;
    }

    public static bool IsFirstExperiment(string id) => id == RecordedExperiment;
}
