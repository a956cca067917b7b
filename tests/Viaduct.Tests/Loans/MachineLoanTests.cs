using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public sealed class MachineLoanTests() : LoanSuite(DistanceKind.Machine);
