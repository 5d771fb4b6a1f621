using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Assay.Server.Http;

/// <summary>
/// Says which value of a query or path could not be read. Routes that are compiled with their modules answer a bare 400 when
/// an optional one makes no sense.
/// </summary>
internal static class UnreadableValues
{
    public static void UseUnreadableValues(this WebApplication app) => app.UseStatusCodePages(async context =>
    {
        var http = context.HttpContext;
        if (http.Response.StatusCode != StatusCodes.Status400BadRequest || http.GetEndpoint() is not { } endpoint)
            return;
        var problem = new ProblemDetails { Status = StatusCodes.Status400BadRequest, Title = "invalid", Detail = "A value of the query can't be read." };
        if (endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().FirstOrDefault(parameter => !IsReadable(http, parameter)) is { } unreadable)
        {
            var name = ValueKind.JsonName(unreadable.Name);
            problem.Detail = $"'{Sent(http, unreadable.Name)}' can't be read as a value of '{name}', which is {ValueKind.Of(unreadable.ParameterInfo.ParameterType)}.";
            problem.Extensions["field"] = name;
        }

        problem.Extensions["code"] = "invalid";
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem });
    });

    private static bool IsReadable(HttpContext http, IParameterBindingMetadata parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
        return !parameter.HasTryParse || Sent(http, parameter.Name) is not { Length: > 0 } value
            || (TypeDescriptor.GetConverter(type) is { } converter && converter.CanConvertFrom(typeof(string)) && Converts(converter, value));
    }

    private static bool Converts(TypeConverter converter, string value)
    {
        try
        {
            return converter.ConvertFromInvariantString(value) is not null;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string? Sent(HttpContext http, string name) =>
        http.Request.RouteValues.TryGetValue(name, out var part) ? Convert.ToString(part, CultureInfo.InvariantCulture)
        : http.Request.Query.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values) ? values[0] : null;
}
