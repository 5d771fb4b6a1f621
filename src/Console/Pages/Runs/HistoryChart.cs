using System.Globalization;
using Assay.Console.Charts;
using Assay.Console.Formats;
using Assay.Tracking.Metrics;

namespace Assay.Console.Pages.Runs;

/// <summary>Makes a chart of sampled histories of one metric.</summary>
internal static class HistoryChart
{
    /// <summary>One line per run over the steps that any of them has.</summary>
    public static ChartData Of(string metric, IReadOnlyList<RunLine> runs, IReadOnlyList<SampledHistory> histories, bool logarithmic)
    {
        var steps = histories.SelectMany(history => history.Points).Select(point => point.Step).Distinct().Order().ToList();
        var series = new List<ChartSeries>();
        foreach (var run in runs)
        {
            if (histories.FirstOrDefault(history => history.RunId == run.Id) is not { } history)
                continue;
            // Of several points at one step the newest is drawn.
            var values = history.Points.GroupBy(point => point.Step).ToDictionary(step => step.Key, step => step.Last().Value);
            series.Add(new(run.Name, run.Color, steps.ConvertAll(step => values.GetValueOrDefault(step))) { Dashed = run.Dashed });
        }

        return new(ChartShape.Line, "Step", metric, steps.ConvertAll(step => Show.Count(step)), series)
        {
            Positions = steps.ConvertAll(step => (double)step),
            Logarithmic = logarithmic,
        };
    }

    /// <summary>What is drawn, in words.</summary>
    public static string Sample(IReadOnlyList<SampledHistory> histories)
    {
        var points = histories.Sum(history => history.Points.Count).ToString("N0", CultureInfo.InvariantCulture);
        return histories.Count == 1 ? $"{points} points drawn" : $"{points} points of {histories.Count} runs drawn";
    }
}
