using System.Text.Json;

namespace Assay.Console.Charts;

/// <summary>Bars that lie and begin where the one above ends: how parts lead from a first value to a last one.</summary>
/// <param name="ValueName">What the values are, with their unit.</param>
/// <param name="From">Where the first bar begins.</param>
/// <param name="Names">Of each part.</param>
/// <param name="Parts">What each adds, or takes away.</param>
public sealed record WaterfallData(string ValueName, double From, IReadOnlyList<string> Names, IReadOnlyList<double> Parts)
    : ChartData(ChartShape.Lying, "part", ValueName, Names, [new("adds", "brass", [.. Parts.Select(part => (double?)part)]), new("leads to", "reference", Totals(From, Parts))])
{
    private static readonly string[] Legends = ["raises", "lowers"];

    // Each bar stands on an invisible one that reaches to where the bar above ends; in one stack whatever their signs, in which a gap would end the stack.
    internal override string Options() => JsonSerializer.Serialize(
        new
        {
            animation = false,
            textStyle = new { fontFamily = Font },
            grid = new { left = 22, right = 30, top = 34, bottom = 34, containLabel = true },
            legend = new { data = Legends, top = 0, left = 0, icon = "roundRect", itemWidth = 12, itemHeight = 8, textStyle = new { color = "--ink" } },
            xAxis = new { type = "value", name = ValueAxis, scale = true, nameLocation = "middle", nameGap = 28, nameTextStyle = Text(), axisLabel = Text(), splitLine = Line() },
            yAxis = new
            {
                type = "category",
                data = Names,
                inverse = true,
                axisLabel = new { color = "--soft", fontFamily = Font, width = 190, overflow = "truncate" },
                axisLine = Line(),
                axisTick = new { show = false },
            },
            series = new object[]
            {
                Bars("from", "transparent", [.. Names.Select((_, place) => Total(place))], silent: true),
                Bars("raises", "--brass", [.. Parts.Select(part => Math.Max(part, 0))], silent: false),
                Bars("lowers", "--info", [.. Parts.Select(part => Math.Min(part, 0))], silent: false),
            },
            tooltip = new { trigger = "item", confine = true, backgroundColor = "--card", borderColor = "--line", textStyle = new { color = "--ink" } },
        },
        AsWritten);

    private static object Bars(string name, string color, double[] values, bool silent) => new
    {
        type = "bar",
        stack = "way",
        stackStrategy = "all",
        name,
        silent,
        tooltip = silent ? new { show = false } : null,
        itemStyle = new { color },
        barCategoryGap = "30%",
        barMaxWidth = 22,
        data = values,
    };

    private double Total(int before) => From + Parts.Take(before).Sum();

    private static List<double?> Totals(double from, IReadOnlyList<double> parts)
    {
        var totals = new List<double?>();
        foreach (var part in parts)
            totals.Add(from += part);
        return totals;
    }
}
