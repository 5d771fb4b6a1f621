using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Assay.Kernel;

/// <summary>
/// Of a request's body or a part of it: a field that isn't known is refused, for a misspelt one would change nothing, unseen.
/// It holds for requests alone. Rows, events and answers, which another version may have written, are read whatever they have.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KnownFieldsOnlyAttribute : Attribute
{
    /// <summary>For the options by which bodies of requests are read.</summary>
    public static IJsonTypeInfoResolver Obey(IJsonTypeInfoResolver resolver) => resolver.WithAddedModifier(static type =>
    {
        if (type.Kind == JsonTypeInfoKind.Object && type.Type.IsDefined(typeof(KnownFieldsOnlyAttribute), inherit: false))
            type.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    });
}
