extern alias console;

using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using console::Assay.Console.Formats;
using console::Assay.Console.Pages.Docs;
using console::Assay.Console.Pages.Endpoints;
using console::Assay.Console.Theme;

namespace Assay.Tests.Console;

/// <summary>What the console writes, and what it reads from people.</summary>
public class FormatTests
{
    [Theory]
    [InlineData(0.84812, "0.8481")]
    [InlineData(41.2, "41.20")]
    [InlineData(72.0, "72")]
    [InlineData(18204.0, "18,204")]
    [InlineData(0.00001234, "1.2e-5")]
    [InlineData(-0.011, "-0.0110")]
    [InlineData(double.NaN, "–")]
    public void A_number_has_four_significant_digits(double value, string text) => Assert.Equal(text, Show.Number(value));

    [Theory]
    [InlineData("auc", "AUC")]
    [InlineData("log_loss", "Log loss")]
    [InlineData("logLoss", "Log loss")]
    public void A_metric_has_the_name_that_people_use(string name, string title) => Assert.Equal(title, Show.Title(name));

    [Theory]
    [InlineData("version 2", 2, 2)]
    [InlineData("versions 1 and 2", 2, 1, 2)]
    [InlineData("versions 1, 2 and 10", 10, 2, 1)]
    public void Versions_are_named_once_and_in_order(string text, params int[] versions) => Assert.Equal(text, Show.Versions(versions));

    [Theory]
    [InlineData(0, "0 runs")]
    [InlineData(1, "1 run")]
    [InlineData(1240, "1,240 runs")]
    public void One_is_not_several(long count, string text) => Assert.Equal(text, Show.Count(count, "run"));

    [Theory]
    [InlineData(0.1742, "17 %")]
    [InlineData(0.0229, "2.3 %")]
    [InlineData(0.0004, "0.04 %")]
    [InlineData(-0.2067, "−21 %")]
    [InlineData(0, "0 %")]
    public void A_rare_share_is_told_from_none(double share, string text) => Assert.Equal(text, Show.Percent(share));

    [Theory]
    [InlineData(0.0525, "0.0525")]
    [InlineData(6.9e-318, "< 0.0001")]
    [InlineData(0, "< 0.0001")]
    public void A_p_value_is_never_nothing(double value, string text) => Assert.Equal(text, Show.Chance(value));

    [Theory]
    [InlineData("3", "v3")]
    [InlineData("Production", "Production")]
    [InlineData("4th-try", "4th-try")]
    public void What_an_endpoint_follows_is_named_as_versions_are(string target, string text) => Assert.Equal(text, Show.Target(target));

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1", "Safari on iOS")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData(null, "unknown")]
    public void A_browser_has_the_name_that_people_use(string? userAgent, string name) => Assert.Equal(name, BrowserName.Of(userAgent));

    [Theory]
    [InlineData("Europe/Vienna", "2026-07-01T21:59:59Z")]
    [InlineData("America/New_York", "2026-07-02T03:59:59Z")]
    [InlineData("of no such place", "2026-07-01T23:59:59Z")]
    public void A_day_ends_when_it_does_for_the_reader(string zone, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, CultureInfo.InvariantCulture), new Reader(Dark: false, zone).EndOf(new(2026, 7, 1)));

    [Fact]
    public void A_typed_row_becomes_a_request_in_the_models_terms()
    {
        var schema = new ModelSchema(
            ModelTask.Regression, "count", null,
            [new("hour", InputType.Number, false), new("weather", InputType.Category, true, ["clear", "rain"]), new("wind", InputType.Number, true)],
            "prediction");

        var body = TryItRequest.Write(schema, new Dictionary<string, string?> { ["hour"] = "7.5", ["weather"] = "rain", ["wind"] = "" });

        var row = JsonDocument.Parse(body).RootElement.GetProperty("dataframe_records")[0];
        Assert.Equal(7.5, row.GetProperty("hour").GetDouble());
        Assert.Equal("rain", row.GetProperty("weather").GetString());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("wind").ValueKind);
        var problem = Assert.Throws<FormatException>(() => TryItRequest.Write(schema, new Dictionary<string, string?> { ["hour"] = "noon" }));
        Assert.Equal("'noon' is not a number, and hour needs one.", problem.Message);
    }

    [Fact]
    public void Every_page_of_the_documentation_is_inside_and_its_links_lead_somewhere()
    {
        var pages = Library.Kinds.SelectMany(kind => Library.Of(kind.Folder)).Select(leaf => leaf.Path).ToList();
        Assert.NotEmpty(pages);
        Assert.Empty(from path in pages
                     from target in Library.LinksOf(path)
                     where Library.Find(target) is null
                     select $"docs/{path}.md leads to docs/{target}.md, which does not exist");
    }
}
