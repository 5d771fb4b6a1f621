using System.Text;
using Assay.Inference.Models;

namespace Assay.Inference.Graphs;

/// <summary>A version of a model that a graph names.</summary>
/// <param name="Place">Where it stands, such as <c>ensemble[0].model</c>.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">As it is written: a number, an alias or a stage.</param>
public sealed record GraphMember(string Place, string Model, string Version);

/// <summary>Graphs of models as text, before they are registered.</summary>
public static class ModelGraphs
{
    /// <summary>The file of a package that makes it a graph.</summary>
    public const string File = GraphFile.File;

    /// <summary>Whom a graph names.</summary>
    /// <exception cref="InvalidModelException">It can't be used; the message names the place.</exception>
    public static IReadOnlyList<GraphMember> Members(string yaml) =>
        [.. GraphFile.Members(GraphFile.Read(Encoding.UTF8.GetBytes(yaml))).Select(Of)];

    /// <summary>Who of a graph's members says what is predicted: of the last step, of neighbours the first.</summary>
    /// <exception cref="InvalidModelException">It can't be used; the message names the place.</exception>
    public static GraphMember Answering(byte[] file) => Of(GraphFile.Last(GraphFile.Read(file)));

    private static GraphMember Of(MemberNode member) => new(member.Place, member.Model, member.Version);

    /// <summary>The same text with numbers where aliases and stages stand, so that it names the same versions for ever.</summary>
    /// <param name="yaml">A graph that was read.</param>
    /// <param name="numbers">The number of each member.</param>
    public static string Pin(string yaml, IEnumerable<(GraphMember Member, int Number)> numbers)
    {
        // The longest first: one name may be the beginning of another.
        foreach (var (member, number) in numbers.OrderByDescending(pair => pair.Member.Version.Length))
            yaml = yaml.Replace($"models:/{member.Model}/{member.Version}", $"models:/{member.Model}/{number}", StringComparison.Ordinal);
        return yaml;
    }
}
