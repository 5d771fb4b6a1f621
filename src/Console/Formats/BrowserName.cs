namespace Assay.Console.Formats;

/// <summary>What people call the browser that a user agent's long text names.</summary>
internal static class BrowserName
{
    // In this order: each names those that come after it as well.
    private static readonly (string Sign, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Firefox on Linux; the text as it is where it names no browser that is known here.</summary>
    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
            return "unknown";
        if (Found(Browsers, userAgent) is not { } browser)
            return userAgent;
        return Found(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
    }

    private static string? Found((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(each => userAgent.Contains(each.Sign, StringComparison.Ordinal)).Name;
}
