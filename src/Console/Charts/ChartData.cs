using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Console.Charts;

/// <summary>How the series of a chart are drawn.</summary>
public enum ChartShape
{
    /// <summary>A line along an ordered axis.</summary>
    Line,

    /// <summary>Upright bars.</summary>
    Bar,

    /// <summary>Bars that lie, for long names.</summary>
    Lying,
}

/// <summary>One series of a chart.</summary>
/// <param name="Name">As the legend and the table head have it.</param>
/// <param name="Color">Name of a colour token: brass for the candidate, reference for what it is compared with, state colours for states only.</param>
/// <param name="Values">One per label; null where there is none.</param>
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<double?> Values);

/// <summary>A line across the chart at a value that means something, such as an alert's threshold.</summary>
public sealed record ChartBound(string Name, double Value);

/// <summary>What a chart shows, from which both the picture and its table are made.</summary>
/// <param name="Shape">How it is drawn.</param>
/// <param name="LabelAxis">What the labels are, with their unit.</param>
/// <param name="ValueAxis">What the values are, with their unit.</param>
/// <param name="Labels">Along the label axis.</param>
/// <param name="Series">What is drawn over them.</param>
public sealed record ChartData(
    ChartShape Shape, string LabelAxis, string ValueAxis, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series)
{
    private static readonly JsonSerializerOptions AsWritten = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A value that means something, or null.</summary>
    public ChartBound? Bound { get; init; }

    /// <summary>Whether bars touch, as those of a histogram do.</summary>
    public bool Touching { get; init; }

    /// <summary>Options of ECharts, with names of tokens for colours.</summary>
    internal string Options()
    {
        var labels = new
        {
            type = "category",
            data = Labels,
            name = LabelAxis,
            nameLocation = "middle",
            nameGap = Shape == ChartShape.Lying ? 0 : 30,
            nameTextStyle = Text(),
            axisLabel = new
            {
                color = "--soft",
                hideOverlap = true,
                alignMinLabel = Shape == ChartShape.Line ? "left" : null,
                alignMaxLabel = Shape == ChartShape.Line ? "right" : null,
                width = Shape == ChartShape.Lying ? 150 : (int?)null,
                overflow = "truncate",
            },
            axisLine = Line(),
            axisTick = new { show = false },
            boundaryGap = Shape != ChartShape.Line,
            inverse = Shape == ChartShape.Lying,
        };
        var values = new
        {
            type = "value",
            name = ValueAxis,
            nameLocation = Shape == ChartShape.Lying ? "middle" : "end",
            nameGap = Shape == ChartShape.Lying ? 28 : 12,
            nameTextStyle = new { color = "--soft", align = Shape == ChartShape.Lying ? "center" : "left" },
            axisLabel = new { color = "--soft" },
            splitLine = Line(),
        };
        var lying = Shape == ChartShape.Lying;
        return JsonSerializer.Serialize(
            new
            {
                animation = false,
                textStyle = new { fontFamily = "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif" },
                grid = new { left = lying ? 22 : 12, right = 20, top = Series.Count > 1 ? 58 : 34, bottom = lying ? 34 : 36, containLabel = true },
                legend = Series.Count > 1 ? new { top = 0, left = 0, icon = "roundRect", itemWidth = 12, itemHeight = 8, textStyle = new { color = "--ink" } } : null,
                tooltip = new { trigger = "axis", confine = true, backgroundColor = "--card", borderColor = "--line", textStyle = new { color = "--ink" } },
                xAxis = lying ? (object)values : labels,
                yAxis = lying ? (object)(labels with { name = "" }) : values,
                series = Series.Select((series, place) => Draw(series, place == 0)),
            },
            AsWritten);
    }

    private object Draw(ChartSeries series, bool first) => new
    {
        type = Shape == ChartShape.Line ? "line" : "bar",
        name = series.Name,
        data = series.Values,
        color = "--" + series.Color,
        showSymbol = Labels.Count < 3,
        symbolSize = 6,
        lineStyle = Shape == ChartShape.Line ? new { width = 2 } : null,
        barCategoryGap = Touching ? "6%" : "34%",
        barGap = Touching ? "0%" : "12%",
        barMaxWidth = Touching ? (int?)null : 26,
        markLine = first && Bound is { } bound
            ? new
            {
                silent = true,
                symbol = "none",
                lineStyle = new { color = "--bad", type = "dashed" },
                label = new { formatter = bound.Name, color = "--bad", rotate = 0, position = Shape == ChartShape.Lying ? "start" : "insideEndTop" },
                data = new[] { Shape == ChartShape.Lying ? (object)new { xAxis = bound.Value } : new { yAxis = bound.Value } },
            }
            : null,
    };

    private static object Text() => new { color = "--soft" };

    private static object Line() => new { lineStyle = new { color = "--line" } };
}
