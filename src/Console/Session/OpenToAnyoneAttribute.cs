namespace Assay.Console.Session;

/// <summary>Marks a page that needs no sign-in, and says why.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenToAnyoneAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
