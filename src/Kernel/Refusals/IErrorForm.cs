namespace Assay.Kernel.Refusals;

/// <summary>
/// How a foreign protocol writes that something was refused or failed: metadata of its endpoints. Endpoints without it
/// answer with problem details.
/// </summary>
public interface IErrorForm
{
    /// <summary>Writes the whole answer.</summary>
    /// <param name="http">Nothing of its answer was sent yet.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">A <see cref="Refusal.Code"/>, or the protocol's own, given to <see cref="Refusal.Foreign"/>.</param>
    /// <param name="message">One sentence for people.</param>
    Task Write(HttpContext http, int status, string code, string message);
}
