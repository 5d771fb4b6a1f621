extern alias console;

using System.Text.Json;
using Assay.Monitoring.Performance;
using Assay.Serving;
using console::Assay.Console.Charts;
using console::Assay.Console.Pages.Endpoints;
using console::Assay.Console.Pages.Monitoring;

namespace Assay.Tests.Console;

/// <summary>What charts show, and what they leave out.</summary>
public class ChartTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_axis_of_nothing_has_marks_and_room_for_its_name()
    {
        var axis = Options(new(ChartShape.Lying, "share", "milliseconds", ["50 %", "95 %"], [new("time", "info", [null, null])])).GetProperty("xAxis");
        Assert.Equal(0, axis.GetProperty("min").GetInt32());
        Assert.Equal(1, axis.GetProperty("max").GetInt32());

        var full = Options(new(ChartShape.Lying, "share", "milliseconds", ["50 %"], [new("time", "info", [4])])).GetProperty("xAxis");
        Assert.False(full.TryGetProperty("min", out _) || full.TryGetProperty("max", out _));
    }

    [Fact]
    public void Labels_are_measured_in_the_font_that_they_are_drawn_in()
    {
        var waterfall = Options(new WaterfallData("log-odds", 0, ["contract = month-to-month"], [1]));
        var bars = Options(new(ChartShape.Lying, "feature", "PSI", ["contract"], [new("PSI", "brass", [1])]));
        foreach (var options in new[] { waterfall, bars })
        {
            var drawn = options.GetProperty("textStyle").GetProperty("fontFamily").GetString();
            Assert.Equal(drawn, options.GetProperty("yAxis").GetProperty("axisLabel").GetProperty("fontFamily").GetString());
        }
    }

    [Fact]
    public void A_value_between_gaps_is_a_point_since_no_line_leads_to_it()
    {
        Assert.True(HasPoints(1, 2, null, 3, null, 4, 5));
        Assert.False(HasPoints(1, 2, null, 3, 4, 5));

        static bool HasPoints(params double?[] values) => Options(new(ChartShape.Line, "time", "PSI", [.. values.Select(_ => "t")], [new("PSI", "brass", values)]))
            .GetProperty("series")[0].GetProperty("showSymbol").GetBoolean();
    }

    [Fact]
    public void A_line_says_where_its_time_begins_and_ends()
    {
        var time = Label(ChartShape.Line, "16:00:00", "16:00:01");
        Assert.True(time.GetProperty("showMinLabel").GetBoolean());
        Assert.True(time.GetProperty("showMaxLabel").GetBoolean());
        Assert.Equal("right", time.GetProperty("alignMaxLabel").GetString());
        Assert.Equal(99, Label(ChartShape.Line, [.. Enumerable.Repeat("16:00:00", 300)]).GetProperty("interval").GetInt32());   // the part before the end is as long as the others
        Assert.False(time.TryGetProperty("interval", out _));   // these have room
        Assert.False(Label(ChartShape.Line, "16:00:00").TryGetProperty("alignMaxLabel", out _));   // one moment stands in the middle
        Assert.False(Label(ChartShape.Bar, "16:00:00", "16:00:01").TryGetProperty("showMaxLabel", out _));

        static JsonElement Label(ChartShape shape, params string[] labels) =>
            Options(new(shape, "time", "requests per second", labels, [new("answered", "info", [.. labels.Select(_ => (double?)1)])])).GetProperty("xAxis").GetProperty("axisLabel");
    }

    [Fact]
    public void Parts_of_the_rows_are_shown_of_the_version_that_answers()
    {
        PerformanceRow[] counted = [Window(0, 1, 40), Window(0, 2, 30), Window(0, 3, 0)];
        Assert.Equal(2, SegmentExplorer.Usual(counted, counted, Answering("churn", 2))!.Version);
        Assert.Equal(1, SegmentExplorer.Usual(counted, counted, Answering("churn", 7))!.Version);   // nothing of it was counted yet
        Assert.Equal(1, SegmentExplorer.Usual(counted, counted, Answering("other", 3))!.Version);
        Assert.Equal(1, SegmentExplorer.Usual(counted, counted, null)!.Version);
        Assert.Null(SegmentExplorer.Usual([], counted, null));

        static EndpointSummary Answering(string model, int version) => new("churn", model, $"{version}", version, null, EndpointState.Ready, null, Day);
    }

    [Fact]
    public void Performance_is_drawn_of_the_version_with_the_newest_labels()
    {
        Assert.Equal(1, PerformanceCharts.Newest([Window(0, 1, 40), Window(0, 2, 30), Window(1, 1, 20), Window(1, 2, 0)]));
        Assert.Equal(1, PerformanceCharts.Newest([Window(0, 1, 40), Window(0, 2, 5)]));
        Assert.Equal(2, PerformanceCharts.Newest([Window(0, 1, 40), Window(1, 2, 5)]));
        Assert.Equal(2, PerformanceCharts.Newest([Window(0, 1, 0), Window(0, 2, 0)]));
    }

    [Theory]
    [InlineData("n = 50 and 20 rows", "50", "20")]
    [InlineData("n = 50, 20 and 20 rows", "50", "20", "20")]
    public void Rows_of_arms_are_told_in_a_sentence(string text, params string[] rows) => Assert.Equal(text, RolloutArms.Sample(rows));

    private static PerformanceRow Window(int day, int version, long labelled) => new(Day.AddDays(day), 24, "churn", version, null, 50, labelled, labelled / 50.0, [], []);

    private static JsonElement Options(ChartData data) => JsonDocument.Parse(data.Options()).RootElement;
}
