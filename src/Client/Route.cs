using System.Globalization;

namespace Assay.Client;

/// <summary>A path under <c>api/v1</c>, relative so that the base address may carry a project. Every part is escaped.</summary>
internal readonly record struct Route(string Path)
{
    public static Route To(params ReadOnlySpan<string> parts)
    {
        var path = "api/v1";
        foreach (var part in parts)
            path += "/" + Uri.EscapeDataString(part);
        return new(path);
    }

    /// <summary>Adds a query parameter; null adds nothing.</summary>
    public Route With(string name, string? value) =>
        value is null ? this : new($"{Path}{(Path.Contains('?') ? '&' : '?')}{name}={Uri.EscapeDataString(value)}");

    public Route Page(string? cursor, int? limit) =>
        With("cursor", cursor).With("limit", limit?.ToString(CultureInfo.InvariantCulture));

    public static implicit operator string(Route route) => route.Path;
}
