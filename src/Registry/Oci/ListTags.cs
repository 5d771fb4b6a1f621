using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>Tags of a repository: the numbers of its versions, its aliases, and <c>latest</c>.</summary>
internal static class ListTags
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/tags/list", Handle).Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<IResult> Handle(
        string name, HttpContext http, Repositories repositories, AssayDb db)
    {
        var cancel = http.RequestAborted;
        var repository = await repositories.Get(http, name);
        var numbers = await db.ModelVersions.Where(version => version.Model == repository.Model).Select(version => version.Version).ToListAsync(cancel);
        var aliases = await db.ModelAliases.Where(alias => alias.Model == repository.Model).Select(alias => alias.Alias).ToListAsync(cancel);
        var tags = numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)).Concat(aliases).Concat(numbers.Count > 0 ? ["latest"] : []);
        var page = OciPage.Of(tags, $"{repository.Path}/tags/list", http);
        return Results.Json(new { name = repository.ToString(), tags = page }, AssayJson.Options);
    }
}

/// <summary>Pages as the specification has them: the first <c>n</c> names after <c>last</c>, in ordinal order.</summary>
internal static class OciPage
{
    public static List<string> Of(IEnumerable<string> all, string path, HttpContext http)
    {
        var (n, last) = ((string?)http.Request.Query["n"], (string?)http.Request.Query["last"]);
        var size = OciLimits.PageMax;
        if (n is not null && (!int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < 0))
            throw OciErrors.Unsupported(StatusCodes.Status400BadRequest, $"n is the number of names that are wanted, not '{n}'.");
        size = Math.Min(size, OciLimits.PageMax);
        var names = all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => last is null || string.CompareOrdinal(name, last) > 0).Take(size + 1).ToList();
        if (names.Count <= size)
            return names;
        names.RemoveAt(size);
        if (size > 0)
            http.Response.Headers.Link = $"<{path}?n={size}&last={Uri.EscapeDataString(names[^1])}>; rel=\"next\"";
        return names;
    }
}
