namespace Assay.Kernel;

/// <summary>
/// Times as <see cref="AssayDb"/> keeps them and gives them back: to the millisecond. What is said of a row beside it, in an
/// event, a signature or an answer, is cut like that first, so that both say the same.
/// </summary>
public static class StoredTime
{
    /// <summary>The time as it is stored.</summary>
    public static DateTimeOffset Of(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <summary>What time it is, as it is stored.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider clock) => Of(clock.GetUtcNow());
}
