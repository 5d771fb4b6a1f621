using MudBlazor;

namespace Assay.Console.Theme;

/// <summary>
/// The colours of <c>wwwroot/tokens.css</c> as MudBlazor needs them: ink and paper, one accent, four states. A test
/// compares both places. MudBlazor's own palette fails contrast checks, so every colour that it draws text with is set.
/// </summary>
internal static class AssayTheme
{
    private static readonly string[] SystemFonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"];

    public static readonly Tokens Light = new(
        Paper: "#f6f6f3", Card: "#ffffff", Line: "#e3e2dc", Ink: "#1c2330", Soft: "#5d6675", Brass: "#8a6414",
        Ok: "#17693f", Warn: "#8a5a00", Bad: "#a11b12", Info: "#1d56a8", Rail: "#1a2230", RailText: "#cfd5de");

    public static readonly Tokens Dark = new(
        Paper: "#0f1419", Card: "#171d25", Line: "#2a323d", Ink: "#e7e9ec", Soft: "#9aa4b2", Brass: "#dcae58",
        Ok: "#63c993", Warn: "#e5b155", Bad: "#f18a80", Info: "#86b2f2", Rail: "#0b0f14", RailText: "#b6bfcb");

    public static MudTheme Value { get; } = new()
    {
        PaletteLight = Fill(new PaletteLight(), Light),
        PaletteDark = Fill(new PaletteDark(), Dark),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SystemFonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = SystemFonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = SystemFonts, FontSize = "14px", LineHeight = "1.45", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = SystemFonts, FontSize = "14px", FontWeight = "600", TextTransform = "none", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = SystemFonts, FontSize = "17px", FontWeight = "650", LetterSpacing = "0" },
        },
    };

    private static TPalette Fill<TPalette>(TPalette palette, Tokens tokens)
        where TPalette : Palette
    {
        palette.Background = tokens.Paper;
        palette.BackgroundGray = tokens.Paper;
        palette.Surface = tokens.Card;
        palette.TextPrimary = tokens.Ink;
        palette.TextSecondary = tokens.Soft;
        palette.TextDisabled = tokens.Soft;
        palette.ActionDefault = tokens.Soft;
        palette.ActionDisabled = tokens.Soft;
        palette.Primary = tokens.Ink;
        palette.PrimaryContrastText = tokens.Paper;
        palette.Secondary = tokens.Brass;
        palette.SecondaryContrastText = tokens.Paper;
        palette.Success = tokens.Ok;
        palette.Warning = tokens.Warn;
        palette.Error = tokens.Bad;
        palette.Info = tokens.Info;
        palette.SuccessContrastText = palette.WarningContrastText = palette.ErrorContrastText = palette.InfoContrastText = tokens.Paper;
        palette.Dark = tokens.Ink;
        palette.DarkContrastText = tokens.Paper;
        palette.LinesDefault = palette.LinesInputs = palette.TableLines = palette.Divider = tokens.Line;
        palette.DrawerBackground = palette.AppbarBackground = tokens.Rail;
        palette.DrawerText = palette.DrawerIcon = palette.AppbarText = tokens.RailText;
        return palette;
    }

    /// <summary>One column of colours, in CSS form.</summary>
    internal sealed record Tokens(
        string Paper, string Card, string Line, string Ink, string Soft, string Brass,
        string Ok, string Warn, string Bad, string Info, string Rail, string RailText);
}
