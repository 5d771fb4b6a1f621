namespace Assay.Registry.Retention;

/// <summary>Times as the database gives them back: to the millisecond.</summary>
internal static class StoredTime
{
    public static DateTimeOffset Of(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
