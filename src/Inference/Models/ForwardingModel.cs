using Assay.Inference.Processes;
using Assay.Inference.Requests;

namespace Assay.Inference.Models;

/// <summary>A model that another program computes: a process of this server, or a server elsewhere.</summary>
public abstract class ForwardingModel : ServedModel
{
    /// <summary>Whether bodies in the plain forms and in MLflow's are passed on as they are.</summary>
    public abstract bool TakesBodies { get; }

    /// <summary>Passes a body on, and gives back what came.</summary>
    /// <exception cref="InvalidInputException">The other program refuses the body.</exception>
    /// <exception cref="ModelUnavailableException">It does not answer at the moment.</exception>
    /// <exception cref="ModelFailedException">It failed.</exception>
    internal abstract ValueTask<ServerAnswer> Forward(ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel);
}
