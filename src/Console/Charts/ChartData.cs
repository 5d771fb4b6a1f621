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
public sealed record ChartSeries(string Name, string Color, IReadOnlyList<double?> Values)
{
    /// <summary>Around each value of a line what it may be as well; null for none.</summary>
    public IReadOnlyList<ChartBand?>? Band { get; init; }

    /// <summary>A bar drawn as its outline, so that what stands behind it is seen.</summary>
    public bool Outlined { get; init; }

    /// <summary>A line of dashes, where more series than colours are drawn.</summary>
    public bool Dashed { get; init; }

    /// <summary>What the table shows in place of the values; null for the values themselves.</summary>
    public IReadOnlyList<string>? Texts { get; init; }
}

/// <summary>From where to where a value may be.</summary>
public sealed record ChartBand(double Low, double High);

/// <summary>A line across the chart at a value that means something, such as an alert's threshold.</summary>
public sealed record ChartBound(string Name, double Value);

/// <summary>What a chart shows, from which both the picture and its table are made.</summary>
/// <param name="Shape">How it is drawn.</param>
/// <param name="LabelAxis">What the labels are, with their unit.</param>
/// <param name="ValueAxis">What the values are, with their unit.</param>
/// <param name="Labels">Along the label axis.</param>
/// <param name="Series">What is drawn over them.</param>
public record ChartData(
    ChartShape Shape, string LabelAxis, string ValueAxis, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series)
{
    // Named at each axis, too: room for its labels is measured in another font otherwise, and they are cut.
    private protected const string Font = "system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif";

    private const int LabelsAtEase = 12;
    private const int LabelShort = 8;   // as 16:00:00 is: five of them have room on a phone

    private protected static readonly JsonSerializerOptions AsWritten = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A value that means something, or null.</summary>
    public ChartBound? Bound { get; init; }

    /// <summary>Where the labels stand, in ascending order, when their axis is one of numbers; null for evenly spaced labels.</summary>
    public IReadOnlyList<double>? Positions { get; init; }

    /// <summary>Whether the values, all above zero, stand on a logarithmic axis.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether the axis of values begins near the least of them and not at zero.</summary>
    public bool Zoomed { get; init; }

    /// <summary>Whether bars touch, as those of a histogram do.</summary>
    public bool Touching { get; init; }

    /// <summary>Whether the bars of the series stand over each other, the first one behind.</summary>
    public bool Overlaid { get; init; }

    /// <summary>Options of ECharts, with names of tokens for colours.</summary>
    internal virtual string Options()
    {
        var hasEnds = Shape == ChartShape.Line && Labels.Count > 1;
        var labels = new
        {
            type = Positions is null ? "category" : "value",
            data = Positions is null ? Labels : null,
            min = Positions is null ? null : "dataMin",
            max = Positions is null ? null : "dataMax",
            name = LabelAxis,
            nameLocation = "middle",
            nameGap = Shape == ChartShape.Lying ? 0 : 30,
            nameTextStyle = Text(),
            axisLabel = new
            {
                color = "--soft",
                fontFamily = Font,
                hideOverlap = true,
                showMinLabel = hasEnds ? true : (bool?)null,   // of labels too many for the room others go
                showMaxLabel = hasEnds ? true : (bool?)null,
                alignMinLabel = hasEnds ? "left" : null,
                alignMaxLabel = hasEnds ? "right" : null,
                interval = hasEnds && Positions is null && Labels.Count > LabelsAtEase && Labels.All(label => label.Length <= LabelShort) ? Between(Labels.Count - 1) : (int?)null,
                width = Shape == ChartShape.Lying ? 150 : (int?)null,
                overflow = "truncate",
            },
            axisLine = Line(),
            axisTick = new { show = false },
            splitLine = Positions is null ? null : new { show = false },
            boundaryGap = Shape != ChartShape.Line,
            inverse = Shape == ChartShape.Lying,
        };
        var isEmpty = Series.All(series => series.Values.All(value => value is null));
        var values = new
        {
            type = Logarithmic ? "log" : "value",
            name = ValueAxis,
            scale = Positions is not null || Zoomed,
            min = isEmpty && !Logarithmic ? 0 : (int?)null,   // an axis of nothing has no marks, and no room for its name
            max = isEmpty ? 1 : (int?)null,
            nameLocation = Shape == ChartShape.Lying ? "middle" : "end",
            nameGap = Shape == ChartShape.Lying ? 28 : 12,
            nameTextStyle = new { color = "--soft", align = Shape == ChartShape.Lying ? "center" : "left" },
            axisLabel = Text(),
            splitLine = Line(),
        };
        var lying = Shape == ChartShape.Lying;
        return JsonSerializer.Serialize(
            new
            {
                animation = false,
                textStyle = new { fontFamily = Font },
                grid = new { left = lying ? 22 : 12, right = 20, top = Series.Count > 1 ? 58 : 34, bottom = lying ? 34 : 36, containLabel = true },
                legend = Series.Count > 1 ? Legend() : null,
                tooltip = new { trigger = "axis", confine = true, backgroundColor = "--card", borderColor = "--line", textStyle = new { color = "--ink" } },
                xAxis = lying ? (object)values : labels,
                yAxis = lying ? (object)(labels with { name = "" }) : values,
                series = Series.Select((series, place) => Draw(series, place == 0)).Concat(Series.SelectMany(Around)).Concat(Reach()),   // the legend looks like the first of a name
            },
            AsWritten);
    }

    // How many labels go between two that stay: three or four parts, of which the last is not short, for ECharts leaves out the
    // label at the end when one stands close before it.
    private static int Between(int last)
    {
        var (least, most) = ((last + 3) / 4, (last + 2) / 3);
        return Enumerable.Range(least, most - least + 1).MaxBy(step => last % step == 0 ? 1.0 : (double)(last % step) / step) - 1;
    }

    // A band is an invisible line at its lower end, and on top of that an area as high as it is wide. One value alone has no
    // area around it, but a bar.
    private static IEnumerable<object> Around(ChartSeries series)
    {
        if (series.Band is not { } band)
            yield break;
        var isAlone = band.Count(around => around is not null) == 1;
        foreach (var isArea in new[] { false, true })
        {
            yield return new
            {
                type = isAlone ? "bar" : "line",
                name = series.Name,
                data = band.Select(around => isArea ? around?.High - around?.Low : around?.Low),
                z = 1,   // behind the values
                stack = "band of " + series.Name,
                stackStrategy = "all",
                color = "--" + series.Color,
                symbol = "none",
                silent = true,
                barWidth = 6,
                barGap = "-100%",
                itemStyle = isAlone ? new { opacity = isArea ? 0.4 : 0 } : null,
                lineStyle = new { opacity = 0 },
                areaStyle = isArea ? new { opacity = 0.16 } : null,
                tooltip = new { show = false },
            };
        }
    }

    // The axis of values reaches as far as the bound, which tells how far from it the values are: an invisible point lies there.
    private IEnumerable<object> Reach()
    {
        if (Bound is { } bound && Labels.Count > 0)
        {
            yield return new
            {
                type = "line",
                name = Series[0].Name,
                data = new[] { Positions is null ? (object)bound.Value : new[] { Positions[0], bound.Value } },
                symbol = "none",
                silent = true,
                lineStyle = new { opacity = 0 },
                tooltip = new { show = false },
            };
        }
    }

    private object Draw(ChartSeries series, bool first) => new
    {
        type = Shape == ChartShape.Line ? "line" : "bar",
        name = series.Name,
        data = Positions is null ? (object)series.Values : Points(series),
        color = "--" + series.Color,
        showSymbol = series.Values.Count(value => value is not null) < 3 || HasLoneValue(series.Values),
        symbolSize = 6,
        lineStyle = Shape == ChartShape.Line ? new { width = 2, type = series.Dashed ? "dashed" : "solid" } : null,
        barCategoryGap = Touching ? "6%" : "34%",
        barGap = Overlaid ? "-100%" : Touching ? "0%" : "12%",
        barMaxWidth = Touching ? (int?)null : 26,
        itemStyle = series.Outlined ? new { color = "transparent", borderColor = "--" + series.Color, borderWidth = 2 } : null,
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

    // A value between gaps has no line to stand on.
    private static bool HasLoneValue(IReadOnlyList<double?> values) => Enumerable.Range(0, values.Count).Any(place =>
        values[place] is not null && (place == 0 || values[place - 1] is null) && (place == values.Count - 1 || values[place + 1] is null));

    private IEnumerable<double[]> Points(ChartSeries series)
    {
        for (var place = 0; place < Labels.Count; place++)
        {
            if (series.Values[place] is { } value && (!Logarithmic || value > 0))
                yield return [Positions![place], value];
        }
    }

    /// <summary>The names of the series; those that do not fit are turned to.</summary>
    private protected static object Legend() => new
    {
        type = "scroll",
        top = 0,
        left = 0,
        icon = "roundRect",
        itemWidth = 12,
        itemHeight = 8,
        textStyle = new { color = "--ink" },
        pageTextStyle = new { color = "--soft" },
        pageIconColor = "--ink",
        pageIconInactiveColor = "--line",
    };

    private protected static object Text() => new { color = "--soft", fontFamily = Font };

    private protected static object Line() => new { lineStyle = new { color = "--line" } };
}
