using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Assay.Tests.Monitoring;

/// <summary>The labels that the page of metrics says that a metric has.</summary>
internal static partial class MetricsPage
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    /// <summary>Labels by metric, as Prometheus names both.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; } = Read();

    /// <summary>Fails where a measurement has other labels than the page says.</summary>
    public static void Require(string metric, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var names = labels.ToArray().Select(label => label.Key).Order(StringComparer.Ordinal).ToList();
        Assert.True(Labels.TryGetValue(metric, out var documented), $"{metric} is not on the page of metrics.");
        Assert.Equal((metric, string.Join(", ", documented!.Order(StringComparer.Ordinal))), (metric, string.Join(", ", names)));
    }

    private static Dictionary<string, IReadOnlyList<string>> Read()
    {
        var (found, labels) = (new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), (IReadOnlyList<string>)[]);
        foreach (var line in File.ReadLines(Path.Combine(Root, "docs/reference/metrics.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var cells = line.Split('|');
            if (cells[3].Trim() != "the same")
                labels = [.. Code().Matches(cells[3]).Select(match => match.Groups[1].Value)];
            foreach (Match name in Code().Matches(cells[1]))
                found[name.Groups[1].Value] = labels;
        }

        return found;
    }

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("`([a-z0-9_.]+)`")]
    private static partial Regex Code();
}
