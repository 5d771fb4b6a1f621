using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Assay.Console.Pages.Lost;

/// <summary>
/// The form of errors at addresses that no route has: that of the routes which begin with the same names, as long as they all
/// have the same.
/// </summary>
internal sealed class NearbyForms(IServiceProvider services)
{
    private readonly Lazy<Dictionary<string, IErrorForm?>> _forms = new(() => Read(services.GetRequiredService<EndpointDataSource>()));

    /// <summary>Null for problem details.</summary>
    public IErrorForm? Find(PathString path)
    {
        IErrorForm? nearest = null;
        var text = path.Value ?? "";
        for (var end = text.IndexOf('/', Math.Min(1, text.Length)); ; end = text.IndexOf('/', end + 1))
        {
            if (!_forms.Value.TryGetValue(end < 0 ? text : text[..end], out var form))
                return nearest;
            nearest = form;
            if (end < 0)
                return nearest;
        }
    }

    private static Dictionary<string, IErrorForm?> Read(EndpointDataSource routes)
    {
        var forms = new Dictionary<string, IErrorForm?>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in routes.Endpoints.OfType<RouteEndpoint>())
        {
            var (form, beginning) = (route.Metadata.GetMetadata<IErrorForm>(), "");
            foreach (var segment in route.RoutePattern.PathSegments.TakeWhile(segment => segment is { IsSimple: true, Parts: [RoutePatternLiteralPart] }))
            {
                beginning += "/" + ((RoutePatternLiteralPart)segment.Parts[0]).Content;
                forms[beginning] = !forms.TryGetValue(beginning, out var known) || Equals(known, form) ? form : null;
            }
        }

        return forms;
    }
}
