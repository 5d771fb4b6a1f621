using System.IO.Compression;
using System.Reflection;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Console.Assets;

/// <summary>
/// Style sheets and scripts, out of this assembly. Their address carries a digest of them all, so that a browser keeps them
/// for good and a new version is asked for at once.
/// </summary>
internal static class StaticAssets
{
    private const string Prefix = "assets/";

    private static readonly Assembly Here = typeof(StaticAssets).Assembly;

    private static readonly Dictionary<string, Lazy<byte[]>> Compressed = Here.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(name => name[Prefix.Length..], name => new Lazy<byte[]>(() => Compress(Read(name))));

    private static readonly string Version = Digest.Of([.. Compressed.Keys.Order(StringComparer.Ordinal).SelectMany(name => Digest.Of(Read(Prefix + name)).ToBytes())]).Hex[..12];

    /// <summary>Address of a file, from the root of the host whatever the project is.</summary>
    public static string Address(string name) => $"/assets/{Version}/{name}";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{version}/{name}", Send).WithName("ConsoleAsset").ExcludeFromDescription()
            .AllowAnyone("Style sheets and scripts are the same for everybody, and the sign-in page needs them.");

    private static Results<FileContentHttpResult, NotFound> Send(string version, string name, HttpContext context)
    {
        if (version != Version || !Compressed.TryGetValue(name, out var compressed))
            return TypedResults.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return TypedResults.File(Read(Prefix + name), ContentType(name));
        headers.ContentEncoding = "gzip";
        return TypedResults.File(compressed.Value, ContentType(name));
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };

    private static byte[] Read(string name)
    {
        using var stream = Here.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Compress(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
