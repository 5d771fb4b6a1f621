using System.Globalization;
using Assay.AuthorizationBench;

// The same decisions with few bindings and with 10,000, in process and over HTTP. Both ways alternate in short rounds, so
// that the machine's mood cancels out.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double MicrosecondsMax = 20;
const int Bindings = 10_000;

var worst = 0.0;
foreach (var shape in new[] { Shape.Few, Shape.OnGroups(Bindings), Shape.OnOne(Bindings) })
{
    await using var host = await GuardedHost.Start(shape);
    var decision = Rounds.Microseconds(() => host.Decide());
    var (plain, guarded) = await Rounds.Microseconds(() => host.Ask(GuardedHost.Plain), () => host.Ask(GuardedHost.Guarded));
    worst = Math.Max(worst, Math.Max(decision, guarded - plain));
    await Console.Out.WriteLineAsync(
        $"{shape.Name,-58} decision {decision,6:0.00} µs; request {guarded,7:0.0} µs, without permission {plain,7:0.0} µs: {guarded - plain,5:0.0} µs more, ratio {guarded / plain:0.00}");
}

await Console.Out.WriteLineAsync($"The most that authorization cost: {worst:0.0} µs; the limit is {MicrosecondsMax:0} µs.");
return worst <= MicrosecondsMax ? 0 : 1;
