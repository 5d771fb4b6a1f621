namespace Assay.AuthorizationBench;

/// <summary>How many bindings there are, and to whom.</summary>
/// <param name="Name">In words.</param>
/// <param name="Groups">Groups, between which the bindings are spread; 0 to bind all to the caller itself.</param>
/// <param name="Bindings">Bindings besides the caller's own role.</param>
internal sealed record Shape(string Name, int Groups, int Bindings)
{
    /// <summary>Of how many of the groups the caller is a member.</summary>
    public const int Memberships = 50;

    public static readonly Shape Few = new("one binding", 0, 0);

    public static Shape OnGroups(int bindings) => new($"{bindings:N0} bindings of 500 groups, the caller in {Memberships} of them", 500, bindings);

    public static Shape OnOne(int bindings) => new($"{bindings:N0} bindings of the caller itself", 0, bindings);
}
