using System.Collections;
using System.Reflection;

namespace Assay.Server.Http;

/// <summary>What a caller has to send for a type, in words.</summary>
internal static class ValueKind
{
    /// <summary>Such as <c>a whole number</c>, or the words of an enumeration.</summary>
    public static string Of(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var bare when bare == typeof(int) || bare == typeof(long) => "a whole number",
        var bare when bare == typeof(double) || bare == typeof(float) || bare == typeof(decimal) => "a number",
        var bare when bare == typeof(bool) => "true or false",
        var bare when bare == typeof(string) => "a text",
        var bare when bare == typeof(DateTimeOffset) => "a time such as 2026-03-01T08:00:00Z",
        { IsEnum: true } bare => $"one of {string.Join(", ", Enum.GetNames(bare).Select(JsonName))}",
        var bare when typeof(IDictionary).IsAssignableFrom(bare) || bare.Name.Contains("Dictionary", StringComparison.Ordinal) => "an object",
        var bare when typeof(IEnumerable).IsAssignableFrom(bare) => "a list",
        var bare when bare.IsPrimitive || bare.IsValueType => $"a {bare.Name}",
        _ => "an object",
    };

    /// <summary>The same for a type of the runtime or of Assay by its full name; null where it isn't found.</summary>
    /// <param name="typeName">As the reader of JSON names it: of what could not be read, or of the object around it.</param>
    /// <param name="property">What could not be read is called so in JSON.</param>
    public static string? Of(string typeName, string? property = null)
    {
        if (typeName.IndexOf("`1[", StringComparison.Ordinal) is > 0 and var at)   // of one argument: a list, or what may be left out
            return typeName.StartsWith("System.Nullable", StringComparison.Ordinal) ? Of(typeName[(at + 3)..^1]) : "a list";
        if (typeName.Contains('`', StringComparison.Ordinal))
            return "an object";
        var type = Type.GetType(typeName) ?? AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => assembly.GetName().Name!.StartsWith("Assay.", StringComparison.Ordinal))
            .Select(assembly => assembly.GetType(typeName)).FirstOrDefault(found => found is not null);
        var inner = property is null ? null : type?.GetProperty(property, BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase);
        return type is null ? null : Of(inner?.PropertyType ?? type);
    }

    /// <summary>A name as it stands in JSON and in addresses.</summary>
    public static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
