using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces;

/// <summary>Times and durations as version 3 of MLflow's API writes them: RFC 3339, and seconds with an s.</summary>
internal static class TraceTimes
{
    private const long Min = -62_135_596_800_000;   // year 1
    private const long Max = 253_402_300_799_999;   // the end of year 9999
    private const decimal SecondsMax = 315_576_000_000m;   // ten thousand years

    /// <summary>Milliseconds since 1970; null when the member is absent.</summary>
    public static long? TimeOf(this JsonElement item, string name, string field)
    {
        if (item.TextOf(name, field) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw MlflowError.Value(field, JsonSerializer.Serialize(text), "It is a time such as 2026-01-31T12:00:00.000Z.");
    }

    /// <summary>Milliseconds of a duration such as <c>1.500s</c>; null when the member is absent.</summary>
    public static long? DurationOf(this JsonElement item, string name, string field)
    {
        if (item.TextOf(name, field) is not { } text)
            return null;
        return text.EndsWith('s') && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds) <= SecondsMax
            ? (long)(seconds * 1000)
            : throw MlflowError.Value(field, JsonSerializer.Serialize(text), "It is a duration in seconds such as 1.5s.");
    }

    /// <summary>Milliseconds since 1970 that clients of version 2 send; null when the field is absent.</summary>
    public static long? Milliseconds(MlflowFields fields, string name) => fields.Integer(name) is not { } time || time is >= Min and <= Max
        ? fields.Integer(name)
        : throw MlflowError.Value(name, fields.Shown(name), "It is a time in milliseconds since 1970.");

    public static string Time(long milliseconds)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Min, Max));
        return time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    public static string Duration(long milliseconds) => milliseconds % 1000 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000m:0.000}s");
}
