using System.Buffers.Binary;
using System.Globalization;
using System.Security.Claims;
using System.Text;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>
/// The ledger as a tiled log (C2SP tlog-tiles), so that tools which are not ours can follow and check it. Hashes say
/// nothing about entries, so whoever may read the ledger may read them; the entries themselves are of all projects.
/// </summary>
internal static class TlogRoutes
{
    private const int HashBytes = 32;
    private const string Immutable = "private, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/ledger").WithTags("Ledger");
        group.MapGet("/checkpoint", NewestCheckpoint).WithName("GetTlogCheckpoint").Requires(GovernancePermissions.LedgerRead);
        group.MapGet("/tile/{level:int}/{**number}", Tile).WithName("GetTlogTile").Requires(GovernancePermissions.LedgerRead);
        group.MapGet("/tile/entries/{**number}", Entries).WithName("GetTlogEntries").Requires(GovernancePermissions.LedgerRead);
    }

    private static async Task<ContentHttpResult> NewestCheckpoint(AssayDb db, HttpResponse response, CancellationToken cancel)
    {
        var head = await db.LedgerHeads.AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel)
            ?? throw Refusal.NotFound("checkpoint", "newest");
        response.Headers.CacheControl = "no-store";
        return TypedResults.Text(head.Checkpoint, "text/plain", Encoding.UTF8);
    }

    private static async Task<FileContentHttpResult> Tile(int level, string number, AssayDb db, HttpResponse response, CancellationToken cancel)
    {
        var (index, width) = TilePath.Parse(number);
        var tile = await db.LedgerTiles.AsNoTracking().SingleOrDefaultAsync(row => row.Level == level && row.Number == index, cancel);
        if (tile is null || tile.Hashes.Length < width * HashBytes)
            throw Refusal.NotFound("tile", string.Create(CultureInfo.InvariantCulture, $"{level}/{number}"));
        response.Headers.CacheControl = Immutable;
        return TypedResults.File(tile.Hashes[..(width * HashBytes)], "application/octet-stream");
    }

    private static async Task<FileContentHttpResult> Entries(
        string number, ClaimsPrincipal user, LedgerReader reader, AssayDb db, HttpResponse response, CancellationToken cancel)
    {
        var (index, width) = TilePath.Parse(number);
        if (!reader.SeesAll(user))
            throw Refusal.Denied("Bundles hold entries of all projects, and you may not read the ledger of all. Take your project's from /api/v1/ledger, under the project's path.");

        var (first, end) = (index * TileWriter.Width, (index * TileWriter.Width) + width);
        var bodies = await db.LedgerEvents.AsNoTracking().Where(row => row.Index >= first && row.Index < end)
            .OrderBy(row => row.Index).Select(row => row.Body).ToListAsync(cancel);
        if (bodies.Count != width)
            throw Refusal.NotFound("bundle", number);

        using var bundle = new MemoryStream();
        var length = new byte[2];
        foreach (var entry in bodies.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
            bundle.Write(length);
            bundle.Write(entry);
        }

        response.Headers.CacheControl = Immutable;
        return TypedResults.File(bundle.ToArray(), "application/octet-stream");
    }
}

/// <summary>A tile's number as C2SP tlog-tiles writes it: groups of three digits, all but the last after an x, then the width of a partial tile.</summary>
internal static class TilePath
{
    /// <exception cref="Refusal">It is not such a path.</exception>
    public static (long Number, int Width) Parse(string path)
    {
        var (groups, width) = path.Split(".p/") is [var before, var after] ? (before, Width(after)) : (path, TileWriter.Width);
        var (number, parts) = (0L, groups.Split('/'));
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = i == parts.Length - 1 ? parts[i] : parts[i].StartsWith('x') ? parts[i][1..] : "";
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit) || parts.Length > 5)
                throw Malformed(path);
            number = (number * 1000) + int.Parse(digits, CultureInfo.InvariantCulture);
        }

        return width > 0 && !(parts.Length > 1 && parts[0] == "x000") ? (number, width) : throw Malformed(path);
    }

    private static int Width(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is >= 1 and < TileWriter.Width && text[0] != '0' ? width : 0;

    private static Refusal Malformed(string path) =>
        Refusal.Invalid("number", $"'{path}' is no tile: write 1234067 as x001/x234/067, and a partial tile of five as 000.p/5.");
}
