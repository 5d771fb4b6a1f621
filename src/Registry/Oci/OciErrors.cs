using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci;

/// <summary>Refusals in the words of the OCI distribution specification.</summary>
internal static class OciErrors
{
    public static Refusal NameInvalid(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, "NAME_INVALID", message);

    public static Refusal NameUnknown(string name) =>
        Refusal.Foreign(StatusCodes.Status404NotFound, "NAME_UNKNOWN", $"There is no model '{name}' in this project.");

    public static Refusal ManifestUnknown(Repository repository, string reference) => Refusal.Foreign(
        StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", $"{repository} has no manifest '{reference}'. List its tags to see what it has.");

    public static Refusal ManifestInvalid(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, "MANIFEST_INVALID", message);

    public static Refusal ManifestBlobUnknown(Repository repository, Digest digest) => Refusal.Foreign(
        StatusCodes.Status404NotFound, "MANIFEST_BLOB_UNKNOWN", $"The manifest names {digest}, which {repository} does not have. Upload it first.");

    public static Refusal BlobUnknown(Repository repository, Digest digest) =>
        Refusal.Foreign(StatusCodes.Status404NotFound, "BLOB_UNKNOWN", $"{repository} has no blob {digest}.");

    public static Refusal UploadUnknown(string id) => Refusal.Foreign(
        StatusCodes.Status404NotFound, "BLOB_UPLOAD_UNKNOWN", $"There is no upload '{id}' here. It may have been idle for too long, or the server was started again: begin anew.");

    public static Refusal UploadInvalid(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, "BLOB_UPLOAD_INVALID", message);

    public static Refusal DigestInvalid(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, "DIGEST_INVALID", message);

    public static Refusal SizeInvalid(int status, string message) => Refusal.Foreign(status, "SIZE_INVALID", message);

    public static Refusal Denied(string message) => Refusal.Foreign(StatusCodes.Status403Forbidden, "DENIED", message);

    public static Refusal TagTaken(string message) => Refusal.Foreign(StatusCodes.Status409Conflict, "DENIED", message);

    public static Refusal Unsupported(int status, string message) => Refusal.Foreign(status, "UNSUPPORTED", message);

    public static Refusal TooMany(string message) => Refusal.Foreign(StatusCodes.Status429TooManyRequests, "TOOMANYREQUESTS", message);

    /// <summary>Reads a digest of the request.</summary>
    public static Digest ReadDigest(string? text)
    {
        if (text is not null && text.StartsWith("sha256:", StringComparison.Ordinal) && Digest.TryParse(text, null, out var digest))
            return digest;
        throw DigestInvalid(text is not null && text.StartsWith("sha512:", StringComparison.Ordinal)
            ? "Content is addressed by SHA-256 here; sha512 is not supported. Push with sha256 digests."
            : $"'{text}' is no digest: write sha256: and 64 lower-case hexadecimal digits.");
    }
}

/// <summary>The error form of the distribution specification, with the challenge that its clients understand.</summary>
internal sealed class OciErrorForm : IErrorForm
{
    public async Task Write(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
            Challenge(http.Response);
        await http.Response.WriteAsJsonAsync(Body(CodeOf(status, code), message), AssayJson.Options, "application/json", http.RequestAborted);
    }

    /// <summary>The body of an answer that carries headers besides, which an exception would lose.</summary>
    public static object Body(string code, string message) => new { errors = new[] { new { code, message } } };

    /// <summary>Basic alone: clients that see Bearer look for a token service, of which there is none.</summary>
    public static void Challenge(HttpResponse response) => response.Headers.WWWAuthenticate = "Basic realm=\"Assay\"";

    private static string CodeOf(int status, string code) => status switch
    {
        _ when code.Length > 0 && code.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_') => code,
        StatusCodes.Status401Unauthorized => "UNAUTHORIZED",
        StatusCodes.Status403Forbidden or StatusCodes.Status409Conflict => "DENIED",
        StatusCodes.Status404NotFound => "NAME_UNKNOWN",
        StatusCodes.Status413PayloadTooLarge => "SIZE_INVALID",
        StatusCodes.Status429TooManyRequests => "TOOMANYREQUESTS",
        StatusCodes.Status400BadRequest => "MANIFEST_INVALID",
        _ => "UNSUPPORTED",
    };
}
