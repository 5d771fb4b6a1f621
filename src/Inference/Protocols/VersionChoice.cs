using Assay.Inference.Requests;

namespace Assay.Inference.Protocols;

/// <summary>Which versions of a model are to be loaded or unloaded, as the parameters of the request say.</summary>
/// <param name="Parameter">The parameter that says so.</param>
public sealed record VersionChoice(string Parameter)
{
    /// <summary>These; null for the newest.</summary>
    public IReadOnlyList<string>? Named { get; init; }

    /// <summary>How many of the newest, where none is named.</summary>
    public int Newest { get; init; } = int.MaxValue;

    /// <summary>Whether all others are unloaded, as a policy of versions says; otherwise they stay as they are.</summary>
    public bool Alone { get; init; }

    /// <summary>What is said where nobody chooses so.</summary>
    public InvalidInputException Refused() => RepositoryParameters.Refused(Parameter);
}
