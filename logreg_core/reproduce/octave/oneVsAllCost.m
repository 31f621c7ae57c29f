function J = oneVsAllCost(Theta, X, Y, lambda)
% ONEVSALLCOST  The sum of what each digit against the rest costs.
%   Theta  n x K, a column a digit
%   X      m x n, its first column ones
%   Y      m x K, 1 where the example is of the digit, else 0
  J = 0;
  for k = 1:size(Y, 2)
    J = J + costFunction(Theta(:, k), X, Y(:, k), lambda);
  end
end
