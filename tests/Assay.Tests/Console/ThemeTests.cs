extern alias console;

using System.Globalization;
using System.Text.RegularExpressions;
using console::Assay.Console.Theme;

namespace Assay.Tests.Console;

/// <summary>Colours stand in two places, the style sheet and MudBlazor's theme, and must be readable in both.</summary>
public partial class ThemeTests
{
    private const double Readable = 4.5;

    [Fact]
    public void The_theme_has_the_colours_of_the_style_sheet()
    {
        var (light, dark) = StyleSheet();
        Assert.All([(light, AssayTheme.Light), (dark, AssayTheme.Dark)], pair =>
        {
            var (sheet, theme) = pair;
            Assert.Equal(
                (sheet["paper"], sheet["card"], sheet["line"], sheet["ink"], sheet["soft"], sheet["brass"]),
                (theme.Paper, theme.Card, theme.Line, theme.Ink, theme.Soft, theme.Brass));
            Assert.Equal(
                (sheet["ok"], sheet["warn"], sheet["bad"], sheet["info"], sheet["rail"], sheet["rail-text"]),
                (theme.Ok, theme.Warn, theme.Bad, theme.Info, theme.Rail, theme.RailText));
        });
    }

    [Fact]
    public void Text_is_readable_on_every_ground_that_it_stands_on()
    {
        var (light, dark) = StyleSheet();
        string[] inks = ["ink", "soft", "brass", "ok", "warn", "bad", "info"];
        var pairs = inks.SelectMany(ink => new[] { (ink, "card"), (ink, "paper") })
            .Concat([("brass", "brass-bg"), ("ok", "ok-bg"), ("warn", "warn-bg"), ("bad", "bad-bg"), ("info", "info-bg")])
            .Concat([("rail-text", "rail"), ("rail-soft", "rail"), ("paper", "ink")])
            .ToList();
        Assert.Empty(from colours in new[] { light, dark }
                     from pair in pairs
                     let contrast = Contrast(colours[pair.Item1], colours[pair.Item2])
                     where contrast < Readable
                     select $"{pair.Item1} {colours[pair.Item1]} on {pair.Item2} {colours[pair.Item2]}: {contrast:0.00}");
    }

    private static (Dictionary<string, string> Light, Dictionary<string, string> Dark) StyleSheet()
    {
        using var stream = typeof(AssayTheme).Assembly.GetManifestResourceStream("assets/tokens.css")!;
        var blocks = new StreamReader(stream).ReadToEnd().Split(".dark {");
        return (Read(blocks[0]), Read(blocks[1]));
    }

    private static Dictionary<string, string> Read(string block) =>
        Token().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    // WCAG 2.2, relative luminance and contrast ratio.
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var parts = new[] { 1, 3, 5 }.Select(place => int.Parse(colour.AsSpan(place, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    [GeneratedRegex("--([a-z-]+): (#[0-9a-f]{6});")]
    private static partial Regex Token();
}
