using System.ComponentModel.DataAnnotations;
using Assay.Inference.Protocols.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Assay.Server.Hosting;

/// <summary>What connections and requests may take; section <c>Http</c>.</summary>
internal static class HttpLimits
{
    /// <summary>Reads the section, and refuses values that are out of their range.</summary>
    /// <exception cref="ValidationException">One is; the message names it.</exception>
    public static void Hold(KestrelServerLimits kestrel, IConfiguration configuration)
    {
        var limits = configuration.GetSection("Http").Get<ConnectionLimits>() ?? new();
        Validator.ValidateObject(limits, new ValidationContext(limits), validateAllProperties: true);
        limits.Hold(kestrel);
        kestrel.MaxRequestLineSize = 64 << 10;   // clients name a hundred runs in a query
        kestrel.MaxRequestBodySize = 16L << 20;   // a route that takes more says so itself
    }
}
