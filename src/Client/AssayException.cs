using System.Net;
using System.Text.Json;
using Assay.Kernel;

namespace Assay.Client;

/// <summary>The server said no, or could not be reached. The message is one sentence for the person who asked.</summary>
public sealed class AssayException : Exception
{
    internal AssayException(string message, HttpStatusCode? status, string? code = null, JsonElement? problem = null, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
        Code = code;
        Problem = problem;
    }

    /// <summary>HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The server's stable reason, such as <c>not-found</c>; null when it gave none.</summary>
    public string? Code { get; }

    /// <summary>The whole problem document (RFC 9457) with its extensions; null when there was none.</summary>
    public JsonElement? Problem { get; }

    /// <summary>The field of the request at fault; null when the server named none.</summary>
    public string? Field => Extension<string>("field");

    /// <summary>An extension member of the problem document; null when it has none of that name.</summary>
    internal T? Extension<T>(string name)
        where T : class =>
        Problem?.TryGetProperty(name, out var member) == true ? member.Deserialize<T>(AssayJson.Options) : null;
}
