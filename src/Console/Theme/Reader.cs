namespace Assay.Console.Theme;

/// <summary>
/// How the reader wants to see things. The browser keeps it in cookies, so that the first bytes of a page are right
/// already: the colours that are in force, and the time zone.
/// </summary>
/// <param name="Dark">Whether dark colours are in force, by choice or by the reader's system.</param>
/// <param name="Zone">IANA name of the reader's time zone; UTC until the browser has said it.</param>
public sealed record Reader(bool Dark, string Zone)
{
    internal const string ShadeCookie = "assay-shade";
    internal const string ZoneCookie = "assay-zone";

    internal static Reader Of(HttpContext? context)
    {
        var cookies = context?.Request.Cookies;
        return new Reader(cookies?[ShadeCookie] == "dark", Uri.UnescapeDataString(cookies?[ZoneCookie] ?? "UTC"));
    }

    /// <summary>The same moment on the reader's clock.</summary>
    internal DateTimeOffset Local(DateTimeOffset time) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? TimeZoneInfo.ConvertTime(time, zone) : time.ToUniversalTime();

    /// <summary>The last second of a day on the reader's clock, in UTC: what is due on that day is not late before.</summary>
    internal DateTimeOffset EndOf(DateTime day)
    {
        var end = DateTime.SpecifyKind(day.Date.AddDays(1).AddSeconds(-1), DateTimeKind.Unspecified);
        return new DateTimeOffset(end, TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? zone.GetUtcOffset(end) : TimeSpan.Zero).ToUniversalTime();
    }
}
