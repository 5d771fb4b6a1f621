using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Scans;

/// <summary>The body is a file, which is scanned and not kept; <c>name</c> is what it is called.</summary>
internal static class ScanUpload
{
    private const int NameLengthMax = 500;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/", Handle).WithName("ScanUpload").Requires(RegistryPermissions.Write)
            .WithMetadata(new DisableRequestSizeLimitAttribute())   // the scanner counts, and has a better sentence
            .Accepts<Stream>("application/octet-stream");

    private static async Task<ScanReport> Handle(HttpRequest request, IScanner scanner, string name = "file")
    {
        if (name.Length is 0 or > NameLengthMax || name.Any(char.IsControl))
            throw Refusal.Invalid("name", $"A file's name has 1 to {NameLengthMax} characters, and no control characters.");
        return await scanner.Scan(request.Body, name, request.HttpContext.RequestAborted);
    }
}
