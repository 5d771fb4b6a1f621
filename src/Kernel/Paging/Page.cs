using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Kernel.Refusals;

namespace Assay.Kernel.Paging;

/// <summary>One page of a listing.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="NextCursor">Pass it as <c>cursor</c> to get the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Which page is wanted; bound from the query string by <c>[AsParameters]</c>.</summary>
public sealed record PageRequest
{
    /// <summary>Rows per page, 1 to 1,000; 100 when left out.</summary>
    [Range(1, 1000)]
    public int? Limit { get; init; }

    /// <summary><see cref="Page{T}.NextCursor"/> of the page before; left out for the first page.</summary>
    [StringLength(200)]
    public string? Cursor { get; init; }

    /// <summary>Rows to return.</summary>
    public int Size => Limit ?? 100;

    /// <summary><see cref="Cursor"/> of a list that is sorted by ids; null for the first page.</summary>
    /// <param name="isId">Whether a text is such an id, be it of a row that is gone; left out, one of <see cref="Guid.CreateVersion7()"/>.</param>
    /// <exception cref="Refusal">It is no such id: compared with ids it would give any page, such as the first one again.</exception>
    public string? AfterId(Func<string, bool>? isId = null) => Cursor is null || (isId ?? IsGuid)(Cursor)
        ? Cursor
        : throw NoCursor(Cursor);

    /// <summary><see cref="Cursor"/> of a list that is sorted by numbers, the highest first: what is below it comes next; the highest number there is for the first page.</summary>
    /// <exception cref="Refusal">It is no such number.</exception>
    public int BelowNumber()
    {
        var below = int.MaxValue;
        return Cursor is null || int.TryParse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out below) ? below : throw NoCursor(Cursor);
    }

    /// <summary>Says that a cursor is none that the list has given.</summary>
    public static Refusal NoCursor(string cursor) => Refusal.Invalid("cursor", $"'{cursor}' is no cursor of this list. Pass nextCursor of the page before.");

    private static bool IsGuid(string id) => Guid.TryParseExact(id, "N", out var guid) && guid.ToString("N") == id;

    /// <summary>
    /// Makes a page of rows that are sorted by their own id: fetch <c>Size + 1</c> rows with ids past
    /// <see cref="Cursor"/>, and the surplus row says that there is a next page.
    /// </summary>
    public Page<T> Of<T>(List<T> rows, Func<T, string> id) =>
        rows.Count <= Size ? new(rows, null) : new(rows.GetRange(0, Size), id(rows[Size - 1]));
}
