using Assay.Kernel.Paging;

namespace Assay.Cli.Connections;

/// <summary>Listings, page after page.</summary>
internal static class Pages
{
    /// <summary>More rows than anybody reads in a terminal; a script that wants more asks the API.</summary>
    private const int RowsMax = 10_000;

    public static async Task<List<T>> All<T>(Func<string?, CancellationToken, Task<Page<T>>> fetch, CancellationToken cancel)
    {
        List<T> rows = [];
        string? cursor = null;
        do
        {
            var page = await fetch(cursor, cancel);
            rows.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && rows.Count < RowsMax);
        return rows;
    }
}
